//! What Meta tells about accounts, numbers and templates reaches admins, and only them, until one of them has seen to it.

use super::circuits::notices;
use crate::domain::agent::Role;
use crate::domain::time::Instant;
use crate::domain::warning::{About, Warning};
use crate::protocol::aside::Notice;
use crate::server::trial::{Trial, answer, on_both};
use serde_json::{Value, json};

async fn tell(trial: &Trial, time: i64, field: &str, value: Value) {
    let waba = trial.sandbox.identity().waba_id.clone();
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": waba, "time": time, "changes": [{"field": field, "value": value}]}]});
    assert_eq!(crate::server::sandbox::post::deliver(&trial.sandbox, body.to_string()).await, 200);
    trial.settle().await;
}

fn ban(state: &str) -> Value {
    json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": state, "waba_ban_date": "January 31, 2021"}})
}

/// The warnings of a person: what each is about and Meta's word, and their keys.
async fn warned(trial: &Trial, cookie: &str) -> (Vec<(About, String)>, Vec<(String, Instant)>) {
    let all = notices(trial, cookie).await.into_iter().filter_map(|notice| match notice {
        Notice::Told { key, at, warning: Warning { about, event, .. } } => Some(((about, event), (key, at))),
        _ => None,
    });
    all.unzip()
}

on_both! {
    async fn admins_are_told_until_one_has_seen_to_it(store: Store) {
        let trial = Trial::start(store).await;
        let (admin, agent) = (trial.agent(Role::Admin).await, trial.agent(Role::Agent).await);
        tell(&trial, 100, "account_update", ban("SCHEDULE_FOR_DISABLE")).await;
        tell(&trial, 200, "message_template_status_update", json!({"event": "PAUSED", "message_template_name": "promo", "message_template_language": "en"})).await;
        // What came late is older than what is known.
        tell(&trial, 99, "account_update", ban("REINSTATE")).await;
        let (told, keys) = warned(&trial, &admin).await;
        assert_eq!(told, [(About::Template, "PAUSED".to_owned()), (About::Account, "SCHEDULE_FOR_DISABLE".to_owned())]);
        assert!(warned(&trial, &agent).await.0.is_empty());

        let see = |cookie: &str, (key, at): &(String, Instant)| {
            let post = trial.http.post(format!("{}/whatsapp/fn/accounts/see", trial.base)).header("sec-fetch-site", "same-origin");
            answer(post.header("cookie", cookie.to_owned()).json(&json!({"key": key, "at": at})))
        };
        assert_eq!(see(&agent, &keys[1]).await.0, 403);
        assert_eq!(see(&admin, &keys[1]).await.0, 200);
        // The same once more changes nothing; what is new does.
        tell(&trial, 100, "account_update", ban("SCHEDULE_FOR_DISABLE")).await;
        assert_eq!(warned(&trial, &admin).await.0, [(About::Template, "PAUSED".to_owned())]);
        tell(&trial, 300, "account_update", ban("DISABLE")).await;
        // Whoever still looks at what was told before has not seen this.
        assert_eq!(see(&admin, &keys[1]).await.0, 422);
        // Other businesses' news, and news of another kind, are nobody's concern here.
        let other = json!({"object": "whatsapp_business_account", "entry": [{"id": "0", "time": 400, "changes": [{"field": "account_update", "value": ban("DISABLE")}]}]});
        assert_eq!(crate::server::sandbox::post::deliver(&trial.sandbox, other.to_string()).await, 200);
        tell(&trial, 401, "account_update", json!({"event": "VERIFIED_ACCOUNT"})).await;
        assert_eq!(warned(&trial, &admin).await.0[..1], [(About::Account, "DISABLE".to_owned())]);
        // It is over.
        tell(&trial, 301, "account_update", ban("REINSTATE")).await;
        tell(&trial, 302, "message_template_status_update", json!({"event": "APPROVED", "message_template_name": "promo", "message_template_language": "en"})).await;
        assert!(warned(&trial, &admin).await.0.is_empty());
    }
}
