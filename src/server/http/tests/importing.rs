//! Contacts from a table, when something goes wrong in the middle.

use super::contacts::{import, look};
use crate::domain::agent::Role;
use crate::protocol::address;
use crate::server::store::Sql;
use crate::server::trial::{Trial, number, on_both};
use std::time::Duration;

const TABLE: &[u8] = b"number;name\n+44 7400 123457;Ada\n+44 7400 123458;Ben\n";
const CONTACTS: &str = "select count(*) from contacts";

async fn run(trial: &Trial, sql: Sql) {
    let mut tx = trial.app.store.write().await.unwrap();
    tx.run(sql, vec![]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn count(trial: &Trial) -> i64 {
    number(&mut trial.app.store.read().await.unwrap(), CONTACTS).await
}

on_both! {
    /// The database refuses the second line: nothing of the first is there, and the same button does it once the database takes it.
    async fn what_breaks_off_has_done_nothing(store: Store) {
        let trial = Trial::start(store).await;
        let admin = trial.agent(Role::Admin).await;
        let (_, shown) = look(&trial, &admin, TABLE).await;
        let refuse = Sql {
            sqlite: "create trigger refuse before insert on contacts when new.wa_id = '447400123458' begin select raise(abort, 'full'); end",
            postgres: "alter table contacts add constraint refuse check (wa_id is distinct from '447400123458')",
        };
        run(&trial, refuse).await;
        let (status, _) = import(&trial, &admin, &shown).await;
        assert!(status >= 500, "{status}");
        assert_eq!(count(&trial).await, 0);
        run(&trial, Sql { sqlite: "drop trigger refuse", postgres: "alter table contacts drop constraint refuse" }).await;
        let (status, said) = import(&trial, &admin, &shown).await;
        assert!(status == 200 && said.contains("2 new"), "{status} {said}");
        assert_eq!(count(&trial).await, 2);
    }

    /// Whoever presses the button and leaves the page has imported the table.
    async fn whoever_leaves_has_imported_it(store: Store) {
        let trial = Trial::start(store).await;
        let admin = trial.agent(Role::Admin).await;
        let (_, shown) = look(&trial, &admin, TABLE).await;
        let field = |name: &str| shown.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().split('"').next().unwrap();
        // Somebody else is writing for as long as the browser stays.
        let mut others = trial.app.store.write().await.unwrap();
        let lock = Sql { sqlite: "select 1", postgres: "lock table contacts in access exclusive mode" };
        others.run(lock, vec![]).await.unwrap();
        let request = trial.http.post(format!("{}{}", trial.base, address::CONTACTS_IMPORT)).header("origin", &trial.base).header("cookie", &admin);
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(format!("id={}&print={}", field("id"), field("print")));
        let left = request.timeout(Duration::from_secs(2)).send().await;
        assert!(left.is_err_and(|error| error.is_timeout()));
        drop(others);
        let done = tokio::time::timeout(Duration::from_secs(20), async {
            // Nobody is told when it is done: the table is asked.
            while count(&trial).await < 2 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        done.await.expect("it is imported");
    }
}
