//! A cart of the catalogue (`meta-api` section 4.8).

use serde::{Deserialize, Serialize};

/// What a customer wants to buy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// What they wrote with it.
    pub text: Option<String>,
    /// In their order; may be empty.
    pub items: Vec<Item>,
}

/// A line of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The business's own id of the product.
    pub product: String,
    /// How many.
    pub quantity: i64,
    /// Of one, in thousandths of the currency; some currencies have three decimals.
    pub price: Option<i64>,
    /// ISO 4217.
    pub currency: String,
}

impl Order {
    /// All together, in thousandths, with its currency; `None` if a price is missing, or there are several currencies.
    #[must_use]
    pub fn total(&self) -> Option<(i64, &str)> {
        let currency = self.items.first()?.currency.as_str();
        let sum = self.items.iter().try_fold(0_i64, |sum, item| {
            let one = item.price.filter(|_| item.currency == currency)?;
            sum.checked_add(one.checked_mul(item.quantity)?)
        });
        sum.map(|sum| (sum, currency))
    }
}

/// Reads an amount, `10.5`, as thousandths.
#[must_use]
pub fn thousandths(text: &str) -> Option<i64> {
    let (sign, digits) = text.trim().strip_prefix('-').map_or((1, text.trim()), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = !whole.is_empty() && whole.chars().chain(part.chars()).all(|c| c.is_ascii_digit());
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    let value: i64 = all_digits.then(|| format!("{whole}{part}"))?.parse().ok()?;
    Some(sign * value)
}

/// Writes thousandths with two decimals, or three if they are needed.
#[must_use]
pub fn amount(thousandths: i64) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    let (whole, part) = (thousandths.unsigned_abs() / 1000, thousandths.unsigned_abs() % 1000);
    if part.is_multiple_of(10) { format!("{sign}{whole}.{:02}", part / 10) } else { format!("{sign}{whole}.{part:03}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        for (text, shown) in [("10.5", "10.50"), ("3", "3.00"), ("0.125", "0.125"), ("-1.9999", "-1.999"), ("19.99", "19.99")] {
            assert_eq!(amount(thousandths(text).unwrap()), shown);
        }
        for absurd in ["", "ten", "1e3", "1.2.3", "99999999999999999999"] {
            assert_eq!(thousandths(absurd), None, "{absurd}");
        }
    }

    #[test]
    fn a_total_wants_one_currency_and_every_price() {
        let item = |price: Option<i64>, currency: &str| Item { product: "p".into(), quantity: 2, price, currency: currency.into() };
        let order = |items| Order { text: None, items };
        assert_eq!(order(vec![item(Some(10_500), "EUR"), item(Some(1), "EUR")]).total(), Some((21_002, "EUR")));
        assert_eq!(order(vec![item(Some(1), "EUR"), item(Some(1), "USD")]).total(), None);
        assert_eq!(order(vec![item(None, "EUR")]).total(), None);
        assert_eq!(order(Vec::new()).total(), None);
        assert_eq!(order(vec![item(Some(i64::MAX), "EUR")]).total(), None);
    }
}
