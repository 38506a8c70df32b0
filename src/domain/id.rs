//! Typed identifiers. Ours are UUIDv7 as text; Meta's are used exactly as Meta wrote them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Declares identifiers that cannot be mistaken for one another.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "ssr", derive(sqlx::Type))]
        #[cfg_attr(feature = "ssr", sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// One WhatsApp phone number of the business.
    AccountId;
    /// One person who writes to us.
    ContactId;
    /// One contact on one account.
    ConversationId;
    /// One entry of a thread.
    MessageId;
    /// One file.
    MediaId;
    /// One person who answers.
    AgentId;
    /// One label.
    LabelId;
    /// Minted where a message is written; the same id again never sends twice.
    ClientId;
    /// Meta's id of a message, `wamid.…`: opaque, at most 128 characters.
    Wamid;
}
