//! Prints figures and keeps them.

use serde_json::{Value, json};

/// Whether a figure should be large or small.
#[derive(Clone, Copy)]
pub enum Goal {
    AtLeast(f64),
    AtMost(f64),
    /// It should be at most that, and what was measured does not say.
    Unknown(f64),
    None,
}

/// All figures so far.
#[derive(Default)]
pub struct Report(Vec<Value>);

impl Report {
    /// One figure: what, how much, in which unit, and whether that is enough.
    pub fn say(&mut self, what: &str, value: f64, unit: &str, goal: Goal) {
        let (verdict, wanted) = match goal {
            Goal::AtLeast(least) => (if value >= least { "met" } else { "MISSED" }, Some(least)),
            Goal::AtMost(most) => (if value <= most { "met" } else { "MISSED" }, Some(most)),
            Goal::Unknown(most) => ("NOT MEASURED", Some(most)),
            Goal::None => ("", None),
        };
        let sign = if matches!(goal, Goal::AtLeast(_)) { "≥" } else { "≤" };
        let goal = wanted.map(|wanted| format!("(goal {sign} {wanted} {unit}: {verdict})")).unwrap_or_default();
        let digits = usize::from(value.abs() < 100.0);
        println!("  {what:<82} {value:>12.digits$} {unit} {goal}");
        self.0.push(json!({"what": what, "value": value, "unit": unit, "goal": wanted}));
    }

    /// Keeps the figures where programs find them.
    pub fn write(&self) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/target/bench.json");
        std::fs::write(path, serde_json::to_string_pretty(&self.0).unwrap()).unwrap();
        println!("kept in target/bench.json");
    }
}

/// A heading.
pub fn about(what: &str) {
    println!("{what}");
}

/// The value below which a share of the sorted samples lie.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "an index")]
    let place = (sorted.len() as f64 * share) as usize;
    sorted[place.min(sorted.len() - 1)]
}
