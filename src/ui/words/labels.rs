//! Words about labels.

/// The page of labels.
pub const LABELS: &str = "Labels";
/// What they are for.
pub const LABELS_WHY: &str = "A conversation carries at most one label, a contact any number. Customers never see them.";
/// There are none.
pub const NO_LABELS: &str = "There is no label yet.";
/// The form of a new one.
pub const NEW_LABEL: &str = "New label";
/// Makes it.
pub const MAKE_LABEL: &str = "Make label";
/// Its name.
pub const LABEL_NAME: &str = "Name";
/// Its colour.
pub const LABEL_COLOR: &str = "Colour";
/// A colour that is no preset.
pub const OWN_COLOR: &str = "Own colour";
/// Deletes a label.
pub const DELETE_LABEL: &str = "Delete label";

/// How many conversations carry a label.
#[must_use]
pub fn conversations(count: i64) -> String {
    if count == 1 { "1 conversation".to_owned() } else { format!("{count} conversations") }
}

/// Leads to them.
#[must_use]
pub fn show_what(counted: &str) -> String {
    format!("Show {counted}")
}

/// Before a label is deleted.
#[must_use]
pub fn delete_label(name: &str, count: i64, contacts: i64) -> String {
    match (count, contacts) {
        (0, 0) => format!("Delete {name}? Nobody carries it."),
        (count, 0) => format!("Delete {name}? It is taken off {}.", conversations(count)),
        (0, contacts) => format!("Delete {name}? It is taken off {}.", label_contacts(contacts)),
        (count, contacts) => format!("Delete {name}? It is taken off {} and {}.", conversations(count), label_contacts(contacts)),
    }
}

/// So many contacts.
#[must_use]
pub fn label_contacts(count: i64) -> String {
    if count == 1 { "1 contact".to_owned() } else { format!("{count} contacts") }
}

/// Stands for a label that has no name yet.
pub const YOUR_LABEL: &str = "Your label";
/// A person may have none.
pub const NO_COLOR: &str = "None";
