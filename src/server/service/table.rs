//! Tables that people bring, as CSV of any spreadsheet: which columns they have, and the cells of each line.

use crate::protocol::error::Code;
use crate::server::error::{Result, refuse};
use std::collections::HashMap;

/// The largest table, in bytes.
pub const MOST_BYTES: usize = 4 * 1024 * 1024;
/// The longest, in lines.
const MOST_LINES: usize = 20_000;

/// A table that was read.
pub struct Table {
    /// What its columns are called, in lower case.
    pub columns: Vec<String>,
    /// Its lines, empty ones left out.
    pub lines: Vec<Line>,
}

/// A line.
pub struct Line {
    /// Where it stands in the file, from one.
    pub at: u64,
    cells: HashMap<String, String>,
}

impl Line {
    /// What stands in a column; `None` if there is no such column.
    #[must_use]
    pub fn cell(&self, column: &str) -> Option<&str> {
        self.cells.get(column).map(String::as_str)
    }
}

/// The text of a file, with lines as [`read`] counts them.
pub fn text(body: &[u8]) -> Result<String> {
    let text = String::from_utf8(body.to_vec())
        .map_err(|_| refuse(Code::Invalid, "The file is not in UTF-8. In a spreadsheet, save it as “CSV UTF-8”."))?
        .replace('\0', "")
        // The reader counts lines rightly only if they end like this.
        .replace("\r\n", "\n")
        .replace('\r', "\n");
    Ok(text)
}

/// Reads a table that has this column, beside what else the process does.
pub async fn read(text: &str, needed: &'static str) -> Result<Table> {
    let text = text.trim_start_matches('\u{feff}').to_owned();
    // invariant: reading does not panic, and is not cancelled.
    tokio::task::spawn_blocking(move || parse(&text, needed)).await.expect("it was read")
}

fn parse(text: &str, needed: &str) -> Result<Table> {
    let unreadable = |error: csv::Error| refuse(Code::Invalid, format!("The table cannot be read: {error}."));
    // Spreadsheets of many countries write semicolons.
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.matches(';').count() > first.matches(',').count() { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let columns: Vec<String> = reader.headers().map_err(unreadable)?.iter().map(|name| name.trim().to_lowercase()).collect();
    if !columns.iter().any(|column| column == needed) {
        return Err(refuse(Code::Invalid, format!("The first line must name the columns, and one of them must be called {needed}.")));
    }
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if lines.len() >= MOST_LINES {
            return Err(refuse(Code::Invalid, format!("The table has more than {MOST_LINES} lines: divide it.")));
        }
        // Of two columns of one name, the first counts.
        let cells = columns.iter().enumerate().rev().map(|(at, column)| (column.clone(), plain(record.get(at).unwrap_or_default()))).collect();
        lines.push(Line { at: record.position().map_or(0, csv::Position::line), cells });
    }
    Ok(Table { columns, lines })
}

/// A cell without what the export puts before formulas.
fn plain(cell: &str) -> String {
    let cell = cell.trim();
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(cell).trim().to_owned()
}
