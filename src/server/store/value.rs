//! What a statement is given: texts, numbers, bytes, in the order of its placeholders.
//!
//! To bind another type: its line in `values!`.

use crate::domain::id::{AccountId, AgentId, ClientId, ContactId, ConversationId, LabelId, MediaId, MessageId, Wamid};
use crate::domain::time::Instant;

/// A bound value.
pub enum Value {
    /// Text, also of ids, enums and JSON.
    Text(Option<String>),
    /// A number, a time or a truth value.
    Int(Option<i64>),
    /// Raw bytes.
    Bytes(Vec<u8>),
}

impl Value {
    /// A text that both engines take: PostgreSQL refuses NUL, so it is left out on both.
    pub fn text(text: String) -> Self {
        Self::Text(Some(if text.contains('\0') { text.replace('\0', "") } else { text }))
    }
}

/// Writes `Value::from` for the types that are stored.
macro_rules! values {
    ($($type:ty => |$it:ident| $value:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($it: $type) -> Self {
                $value
            }
        }
    )*};
}

values! {
    String => |it| Self::text(it);
    &str => |it| Self::text(it.to_owned());
    &String => |it| Self::text(it.clone());
    Option<String> => |it| Self::Text(it);
    Option<&str> => |it| it.map_or(Self::Text(None), |text| Self::text(text.to_owned()));
    i64 => |it| Self::Int(Some(it));
    Option<i64> => |it| Self::Int(it);
    bool => |it| Self::Int(Some(i64::from(it)));
    Instant => |it| Self::Int(Some(it.0));
    Option<Instant> => |it| Self::Int(it.map(|at| at.0));
    Vec<u8> => |it| Self::Bytes(it);
    &AccountId => |it| Self::text(it.0.clone());
    &AgentId => |it| Self::Text(Some(it.0.clone()));
    &ContactId => |it| Self::Text(Some(it.0.clone()));
    &ConversationId => |it| Self::text(it.0.clone());
    &LabelId => |it| Self::Text(Some(it.0.clone()));
    &MessageId => |it| Self::text(it.0.clone());
    &MediaId => |it| Self::text(it.0.clone());
    &ClientId => |it| Self::Text(Some(it.0.clone()));
    &Wamid => |it| Self::Text(Some(it.0.clone()));
    Option<&ClientId> => |it| Self::Text(it.map(|id| id.0.clone()));
    Option<&Wamid> => |it| Self::Text(it.map(|id| id.0.clone()));
    Option<&MessageId> => |it| Self::Text(it.map(|id| id.0.clone()));
}

/// The values of a statement, in order.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::server::store::Value::from($value)),*] };
}
pub(crate) use args;
