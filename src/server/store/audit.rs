//! Who read, sent, exported and changed what.

use super::{Result, Sql, Tx, args, statements};
use crate::domain::audit::Act;
use crate::domain::id::ConversationId;
use crate::domain::time::Instant;
use sqlx::FromRow;

/// The columns of [`Line`], newest first, below a number.
macro_rules! lines_of {
    ($where:literal) => {
        concat!(
            "select a.n, a.at, a.actor_kind, a.actor_name, a.act, a.conversation_id, a.subject, coalesce(nullif(k.given_name, ''), k.name) as name, k.wa_id, k.user_id
               from audit a left join conversations c on c.id = a.conversation_id left join contacts k on k.id = c.contact_id where ",
            $where,
            " and a.n < $1 and ($3 = '' or a.actor_id = $3) and ($4 = '' or a.act = $4) and ($5 = '' or a.conversation_id = $5) order by a.n desc limit $2"
        )
    };
}

statements! {
    ADD = Sql::same("insert into audit (at, actor_kind, actor_id, actor_name, act, conversation_id, subject) values ($1, $2, $3, $4, $5, $6, $7)");
    LIST = Sql::same(lines_of!("$3 = $3"));
    LIST_OF_ACTOR = Sql::same(lines_of!("a.actor_id = $3"));
    LIST_OF_ACT = Sql::same(lines_of!("a.act = $4"));
    LIST_OF_THREAD = Sql::same(lines_of!("a.conversation_id is not null and a.conversation_id = $5"));
    MOVE = Sql::same("update audit set conversation_id = $2 where conversation_id is not null and conversation_id = $1");
    EXPIRE = Sql::same("delete from audit where n in (select n from audit where at < $1 order by at limit 10000)");
}

/// What is written down.
#[derive(Clone, Debug)]
pub struct New<'a> {
    /// `agent`, `api_key` or `operator`.
    pub actor_kind: &'a str,
    /// Our id of them.
    pub actor_id: &'a str,
    /// What they were called.
    pub actor_name: &'a str,
    /// The word of what they did.
    pub act: &'a str,
    /// In which thread, if it was in one.
    pub conversation: Option<&'a ConversationId>,
    /// To what: a name, a kind.
    pub subject: &'a str,
}

impl<'a> New<'a> {
    /// What whoever runs the server did at its command line.
    #[must_use]
    pub fn by_operator(act: Act, subject: &'a str) -> Self {
        Self { actor_kind: "operator", actor_id: "", actor_name: "Command line", act: act.as_str(), conversation: None, subject }
    }
}

/// One line.
#[derive(Clone, Debug, FromRow)]
pub struct Line {
    /// Its number.
    pub n: i64,
    /// When.
    pub at: Instant,
    /// See [`New`].
    pub actor_kind: String,
    /// See [`New`].
    pub actor_name: String,
    /// See [`New`].
    pub act: String,
    /// See [`New`].
    pub conversation_id: Option<String>,
    /// See [`New`].
    pub subject: String,
    /// What the customer is called now.
    pub name: Option<String>,
    /// Their number.
    pub wa_id: Option<String>,
    /// Their user id.
    pub user_id: Option<String>,
}

impl Line {
    /// Whether it tells of a customer, and not only of the house.
    #[must_use]
    pub fn is_about_customer(&self) -> bool {
        let about = [Act::Searched, Act::ContactChanged, Act::Blocked, Act::Unblocked];
        self.conversation_id.is_some() || about.iter().any(|act| act.as_str() == self.act)
    }
}

/// Which lines are asked for; everything empty: all.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Of whom, by our id.
    pub actor: String,
    /// The word of what they did.
    pub act: String,
    /// With a customer: their threads.
    pub threads: Option<Vec<ConversationId>>,
}

/// Writes a line.
pub async fn add(tx: &mut Tx, new: New<'_>, now: Instant) -> Result<()> {
    let conversation = new.conversation.map(|id| id.0.clone());
    tx.run(ADD, args![now, new.actor_kind, new.actor_id, new.actor_name, new.act, conversation, new.subject]).await?;
    Ok(())
}

/// Lines below a number, newest first.
pub async fn list(tx: &mut Tx, asked: &Asked, below: i64, limit: i64) -> Result<Vec<Line>> {
    let Asked { actor, act, threads } = asked;
    let Some(threads) = threads else {
        let sql = match () {
            () if !actor.is_empty() => LIST_OF_ACTOR,
            () if !act.is_empty() => LIST_OF_ACT,
            () => LIST,
        };
        return tx.all(sql, args![below, limit, actor, act, ""]).await;
    };
    let mut lines: Vec<Line> = Vec::new();
    for thread in threads {
        lines.extend(tx.all::<Line>(LIST_OF_THREAD, args![below, limit, actor, act, thread]).await?);
    }
    lines.sort_by_key(|line| std::cmp::Reverse(line.n));
    lines.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(lines)
}

/// One conversation goes into another: what was done there is found there.
pub async fn follow(tx: &mut Tx, gone: &str, kept: &str) -> Result<()> {
    tx.run(MOVE, args![gone, kept]).await?;
    Ok(())
}

/// Forgets some of what is older.
pub async fn expire(tx: &mut Tx, before: Instant) -> Result<u64> {
    tx.run(EXPIRE, args![before]).await
}
