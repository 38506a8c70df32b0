//! Whom the business has blocked (`meta-api` section 13.3): what they write does not arrive.

use super::Sandbox;
use super::graph::{Refused, authorised, bad_parameter, own_number};
use crate::domain::time::DAY_MS;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// `POST` and `DELETE /<version>/<phone_number_id>/block_users`. Who cannot be blocked is named beside an error over all.
pub async fn change(State(sandbox): State<Sandbox>, Path((_, id)): Path<(String, String)>, method: Method, headers: HeaderMap, body: Bytes) -> Response {
    match authorised(&sandbox, &headers).and_then(|()| own_number(&sandbox, &id)).and_then(|()| read(&body)) {
        Ok(users) if method == Method::DELETE => allow(&sandbox, users),
        Ok(users) => block(&sandbox, users),
        Err(refused) => refused.into_response(),
    }
}

/// `GET /<version>/<phone_number_id>/block_users`: all of them, on one page.
pub async fn list(State(sandbox): State<Sandbox>, Path((_, id)): Path<(String, String)>, headers: HeaderMap) -> Response {
    if let Err(refused) = authorised(&sandbox, &headers).and_then(|()| own_number(&sandbox, &id)) {
        return refused.into_response();
    }
    let mut ids: Vec<String> = sandbox.world().blocked.iter().cloned().collect();
    ids.sort();
    let users: Vec<Value> = ids.iter().map(|id| json!({"messaging_product": "whatsapp", "wa_id": id})).collect();
    Json(json!({"data": [{"block_users": users}], "paging": {"cursors": {}}})).into_response()
}

/// The ids of those it is about.
fn read(body: &[u8]) -> Result<Vec<String>, Refused> {
    let body: Value = serde_json::from_slice(body).map_err(|_| bad_parameter("The body is not JSON"))?;
    let id = |user: &Value| user["user"].as_str().or(user["user_id"].as_str()).map(|id| id.trim_start_matches('+').to_owned());
    let users: Vec<String> = body["block_users"].as_array().into_iter().flatten().filter_map(id).collect();
    if users.is_empty() { Err(bad_parameter("The parameter block_users is required.")) } else { Ok(users) }
}

fn allow(sandbox: &Sandbox, users: Vec<String>) -> Response {
    sandbox.world().blocked.retain(|id| !users.contains(id));
    let removed: Vec<Value> = users.iter().map(|id| json!({"input": id, "wa_id": id})).collect();
    Json(json!({"messaging_product": "whatsapp", "block_users": {"removed_users": removed}})).into_response()
}

fn block(sandbox: &Sandbox, users: Vec<String>) -> Response {
    let now = sandbox.now();
    let mut world = sandbox.world();
    let (mut added, mut failed) = (Vec::new(), Vec::new());
    for id in users {
        if world.windows.get(&id).is_some_and(|at| now.since(*at) < DAY_MS) {
            added.push(json!({"input": id, "wa_id": id}));
            world.blocked.insert(id);
        } else {
            let error =
                json!({"code": 131_047, "message": "Re-engagement message", "error_data": {"details": "The user has not messaged in the last 24 hours."}});
            failed.push(json!({"input": id, "wa_id": id, "errors": [error]}));
        }
    }
    let mut answer = json!({"messaging_product": "whatsapp", "block_users": {"added_users": added}});
    if failed.is_empty() {
        return Json(answer).into_response();
    }
    answer["block_users"]["failed_users"] = Value::Array(failed);
    answer["error"] = json!({"message": "(#139100) Failed to block/unblock some users", "type": "OAuthException", "code": 139_100, "fbtrace_id": "Sandbox"});
    (StatusCode::BAD_REQUEST, Json(answer)).into_response()
}
