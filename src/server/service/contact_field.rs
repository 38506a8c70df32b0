//! One field of what the team knows of a contact: what a colleague makes of it meanwhile is not written over unread.

use super::contacts::save;
use crate::domain::id::ContactId;
use crate::protocol::beside::ContactField;
use crate::protocol::error::Code;
use crate::server::caller::Caller;
use crate::server::error::{Result, refuse};
use crate::server::state::App;
use crate::server::store::book::Edit;

/// Another text in a field. Its writer saw what was in it before (if that is known): what a colleague has written there since is not lost unread.
pub fn replace(field: &mut String, was: Option<String>, new: String) -> Result<()> {
    // Older ones end their lines as forms do.
    *field = field.replace('\r', "");
    match was {
        // It was not touched.
        Some(was) if was == new => {}
        Some(was) if *field != was && *field != new => {
            let now = if field.is_empty() { "emptied this meanwhile".to_owned() } else { format!("wrote “{field}” here meanwhile") };
            return Err(refuse(Code::NotPossible, format!("Somebody {now}. Yours, “{new}”, is not kept yet: save it once more if it shall stand there.")));
        }
        _ => *field = new,
    }
    Ok(())
}

/// Keeps one field, as [`replace`] does.
pub async fn save_field(app: &App, caller: &Caller, id: &ContactId, field: ContactField, was: Option<String>) -> Result<()> {
    let change = |edit: &mut Edit| match field {
        ContactField::GivenName(new) => replace(&mut edit.given_name, was, new),
        ContactField::Email(new) => replace(&mut edit.email, was, new),
        ContactField::Notes(new) => replace(&mut edit.notes, was, new),
        field => {
            edit.put(field);
            Ok(())
        }
    };
    save(app, caller, id, change).await
}
