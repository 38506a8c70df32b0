//! The routes, and what each caller is answered: to add one, its row here.

use axum::http::Method;

/// One route: its method and pattern as in `routes`, an address it matches, a form for it, and the status for each caller.
pub struct Row(pub Method, pub &'static str, pub &'static str, pub &'static str, pub [u16; 7]);

fn at(method: &Method, pattern: &'static str, path: &'static str, form: &'static str, expected: [u16; 7]) -> Row {
    Row(method.clone(), pattern, path, form, expected)
}

/// All of them, in the order in which they are asked.
pub fn rows() -> Vec<Row> {
    let mut all = for_people();
    all.extend(for_programs());
    // Last: it ends the sessions.
    all.push(at(&Method::POST, "/whatsapp/sign-out/", "/whatsapp/sign-out/", "", [303, 303, 303, 303, 303, 303, 403]));
    all
}

/// What is fetched by pages that are open, by programs, by Meta and by whoever watches the server.
fn for_programs() -> Vec<Row> {
    let (get, post) = (Method::GET, Method::POST);
    vec![
        at(&get, "/whatsapp/live", "/whatsapp/live", "", [401, 401, 400, 400, 400, 403, 403]),
        at(&get, "/whatsapp/live/events", "/whatsapp/live/events?epoch=x&after=0", "", [401, 401, 200, 200, 200, 403, 200]),
        at(&get, "/whatsapp/api/chats/", "/whatsapp/api/chats/", "", [401, 401, 200, 200, 200, 200, 200]),
        at(&get, "/whatsapp/api/chats/{phone_number}/messages/", "/whatsapp/api/chats/447700900123/messages/", "", [401, 401, 404, 200, 200, 200, 200]),
        at(&get, "/whatsapp/api/search/", "/whatsapp/api/search/?q=words", "", [401, 401, 200, 200, 200, 200, 200]),
        at(
            &post,
            "/whatsapp/api/send-message/",
            "/whatsapp/api/send-message/",
            r#"{"phone":"447700900123","message":"hi"}"#,
            [401, 401, 404, 202, 202, 202, 403],
        ),
        at(
            &post,
            "/whatsapp/api/send-location/",
            "/whatsapp/api/send-location/",
            r#"{"phone":"447700900123","latitude":59.9,"longitude":10.7}"#,
            [401, 401, 404, 202, 202, 202, 403],
        ),
        at(&post, "/whatsapp/api/send-media/", "/whatsapp/api/send-media/", "phone=447700900123", [401, 401, 422, 422, 422, 422, 403]),
        at(
            &post,
            "/whatsapp/api/send-template/",
            "/whatsapp/api/send-template/",
            r#"{"phone":"447700900123","template_name":"none","language":"en"}"#,
            [401, 401, 404, 422, 422, 422, 403],
        ),
        at(&post, "/whatsapp/api/mark-read/", "/whatsapp/api/mark-read/", r#"{"phone":"447700900123"}"#, [401, 401, 404, 200, 200, 200, 403]),
        at(&get, "/whatsapp/media/{id}/", "/whatsapp/media/file-1/", "", [401, 401, 404, 200, 200, 200, 200]),
        at(&get, "/whatsapp/media/{id}/thumbnail/", "/whatsapp/media/file-1/thumbnail/", "", [401, 401, 404, 200, 200, 200, 200]),
        at(&get, "/whatsapp/emoji/", "/whatsapp/emoji/", "", [401, 401, 200, 200, 200, 200, 200]),
        at(&get, "/metrics", "/metrics", "", [401, 401, 403, 403, 200, 403, 200]),
        at(&get, "/whatsapp/webhook/", "/whatsapp/webhook/?hub.mode=subscribe&hub.verify_token=guess&hub.challenge=1", "", [403; 7]),
        at(&post, "/whatsapp/webhook/", "/whatsapp/webhook/", "{}", [401; 7]),
        at(&get, "/healthz", "/healthz", "", [200; 7]),
    ]
}

/// Pages and their forms.
fn for_people() -> Vec<Row> {
    let (get, post) = (Method::GET, Method::POST);
    vec![
        at(&get, "/", "/", "", [303; 7]),
        at(&get, "/whatsapp/", "/whatsapp/", "", [303; 7]),
        // People without a session go to the sign-in page; so does a key, which has no pages. A link from elsewhere opens the page.
        at(&get, "/whatsapp/inbox/", "/whatsapp/inbox/", "", [303, 303, 200, 200, 200, 303, 200]),
        at(&get, "/whatsapp/inbox/{phone_number}/", "/whatsapp/inbox/447700900123/", "", [303, 303, 200, 200, 200, 303, 200]),
        at(&post, "/whatsapp/inbox/{phone_number}/send/", "/whatsapp/inbox/447700900123/send/", "body=hi", [401, 401, 404, 303, 303, 303, 403]),
        at(
            &post,
            "/whatsapp/inbox/conversation/{id}/label/",
            "/whatsapp/inbox/conversation/CONVERSATION/label/",
            "label=VIP",
            [401, 401, 404, 200, 200, 200, 403],
        ),
        at(&get, "/whatsapp/labels/", "/whatsapp/labels/", "", [303, 303, 200, 200, 200, 303, 200]),
        at(&post, "/whatsapp/labels/", "/whatsapp/labels/", "name=", [401, 401, 422, 422, 422, 422, 403]),
        at(&post, "/whatsapp/labels/", "/whatsapp/labels/", "id=LABEL&delete=1", [401, 401, 403, 403, 303, 403, 403]),
        at(&get, "/whatsapp/replies/", "/whatsapp/replies/", "", [303, 303, 200, 200, 200, 303, 200]),
        // An agent's own is nobody else's.
        at(&get, "/whatsapp/replies/{id}/file/", "/whatsapp/replies/REPLY/file/", "", [401, 401, 409, 200, 409, 403, 409]),
        at(&post, "/whatsapp/replies/", "/whatsapp/replies/", "shortcut=", [401, 401, 422, 422, 422, 403, 403]),
        at(&post, "/whatsapp/drafts/files/", "/whatsapp/drafts/files/", "agent=x", [401, 401, 422, 422, 422, 422, 403]),
        at(&get, "/whatsapp/drafts/files/{id}/", "/whatsapp/drafts/files/nothing/", "", [401, 401, 404, 404, 404, 403, 404]),
        at(&get, "/whatsapp/contacts/", "/whatsapp/contacts/", "", [303, 303, 200, 200, 200, 303, 200]),
        at(&post, "/whatsapp/contacts/", "/whatsapp/contacts/", "number=12&account_id=account-1", [401, 401, 404, 422, 422, 403, 403]),
        at(&post, "/whatsapp/contacts/", "/whatsapp/contacts/", "id=CONTACT&given_name=Zoe", [401, 401, 409, 303, 303, 403, 403]),
        at(&get, "/whatsapp/contacts/export/", "/whatsapp/contacts/export/", "", [401, 401, 403, 403, 200, 403, 200]),
        at(&get, "/whatsapp/contacts/import/", "/whatsapp/contacts/import/", "", [303, 303, 403, 403, 200, 303, 200]),
        at(&post, "/whatsapp/contacts/import/", "/whatsapp/contacts/import/", "id=nothing", [401, 401, 403, 403, 409, 403, 403]),
        at(&get, "/whatsapp/accounts/", "/whatsapp/accounts/", "", [303, 303, 403, 403, 200, 303, 200]),
        at(&post, "/whatsapp/accounts/", "/whatsapp/accounts/", "act=nothing", [401, 401, 403, 403, 422, 403, 403]),
        at(&get, "/whatsapp/people/", "/whatsapp/people/", "", [303, 303, 403, 403, 200, 303, 200]),
        at(&post, "/whatsapp/people/", "/whatsapp/people/", "act=nothing", [401, 401, 403, 403, 422, 403, 403]),
        at(&get, "/whatsapp/audit/", "/whatsapp/audit/", "", [303, 303, 403, 403, 200, 303, 200]),
        at(&get, "/whatsapp/profile/", "/whatsapp/profile/", "", [303, 303, 200, 200, 200, 303, 200]),
        at(&post, "/whatsapp/profile/", "/whatsapp/profile/", "act=nothing", [401, 401, 422, 422, 422, 422, 403]),
        at(&get, "/whatsapp/invitation/", "/whatsapp/invitation/?token=x", "", [200; 7]),
        at(&post, "/whatsapp/invitation/", "/whatsapp/invitation/", "token=x", [403; 7]),
        at(&get, "/whatsapp/sign-in/", "/whatsapp/sign-in/", "", [200, 200, 303, 303, 303, 200, 303]),
        at(&post, "/whatsapp/sign-in/", "/whatsapp/sign-in/", "email=x@y&password=wrong", [401, 401, 401, 401, 401, 401, 403]),
        at(&get, "/whatsapp/set-up/", "/whatsapp/set-up/", "", [200, 200, 303, 303, 303, 200, 303]),
        at(&post, "/whatsapp/set-up/", "/whatsapp/set-up/", "token=x", [403; 7]),
        at(&post, "/whatsapp/fn/{*name}", "/whatsapp/fn/conversations/list", "", [422, 422, 422, 422, 422, 422, 403]),
    ]
}
