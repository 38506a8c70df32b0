//! Words about contacts that come in a table.

/// The page.
pub const IMPORT: &str = "Import contacts";
/// Leads there.
pub const IMPORT_CSV: &str = "Import from CSV";
/// What it takes.
pub const IMPORT_WHY: &str = "A CSV file whose first line names the columns: number (needed), name, email, notes, no_marketing (yes or no), labels (with ; between them). The export has them. Labels are added; an empty cell takes nothing away. What would change is shown before anything does.";
/// The file.
pub const IMPORT_FILE: &str = "CSV file";
/// Shows what would change.
pub const IMPORT_LOOK: &str = "Look through it";
/// While it is looked through.
pub const IMPORT_LOOKS: &str = "The table is being looked through. Nothing changes yet.";
/// While it is done.
pub const IMPORTING: &str = "Being imported, all of it or nothing. You need not stay on this page.";
/// Leads back.
pub const BACK_TO_CONTACTS: &str = "Back to the contacts";

fn contacts(count: usize) -> String {
    if count == 1 { "1 contact".to_owned() } else { format!("{count} contacts") }
}

fn lines(count: usize) -> String {
    if count == 1 { "1 line".to_owned() } else { format!("{count} lines") }
}

/// What would change.
#[must_use]
pub fn import_counts(new: usize, changed: usize, same: usize) -> String {
    format!("{new} new, {changed} changed, {same} as they are")
}

/// A line that would.
#[must_use]
pub fn import_line(line: u64, name: &str, number: &str) -> String {
    format!("Line {line}: {name} {number}")
}

/// How.
#[must_use]
pub fn import_kind(is_new: bool) -> &'static str {
    if is_new { "New" } else { "Changed" }
}

/// What a line changes.
#[must_use]
pub fn import_change(column: &str, was: &str, now: &str) -> String {
    if was.is_empty() { format!("{column}: {now}") } else { format!("{column}: {was} → {now}") }
}

/// A line that cannot be taken.
#[must_use]
pub fn import_fault(line: u64, why: &str) -> String {
    format!("Line {line}: {why}")
}

/// Before all of those.
#[must_use]
pub fn import_left_out(count: usize) -> String {
    format!("{} cannot be taken and will be left out:", lines(count))
}

/// Columns that nobody knows.
#[must_use]
pub fn import_unknown(names: &str) -> String {
    format!("These columns are not read: {names}.")
}

/// Does it.
#[must_use]
pub fn import_do(count: usize) -> String {
    format!("Import {}", contacts(count))
}

/// What was done.
#[must_use]
pub fn import_done(new: usize, changed: usize, same: usize, left_out: usize) -> String {
    format!("Imported: {new} new, {changed} changed, {same} were so already, {} left out.", lines(left_out))
}
