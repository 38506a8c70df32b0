//! The HTML document around the page.

use super::Page;
use leptos::config::LeptosOptions;
use leptos::hydration::AutoReload;
use leptos::prelude::*;
use leptos_meta::MetaTags;

/// The whole document. The script loads this build's files by address and hydrates.
#[must_use]
pub fn document(nonce: &str, build: &str, options: LeptosOptions) -> AnyView {
    let file = |kind: &str| format!("/pkg/whatsapp-inbox.{kind}?v={build}");
    let script = format!("import start, {{ hydrate }} from {js:?}; start({{ module_or_path: {wasm:?} }}).then(hydrate);", js = file("js"), wasm = file("wasm"));
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" content="#f6f7f9" media="(prefers-color-scheme: light)"/>
                <meta name="theme-color" content="#191d22" media="(prefers-color-scheme: dark)"/>
                <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=file("css")/>
                <link rel="modulepreload" href=file("js")/>
                <link rel="preload" href=file("wasm") r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
                <script type="module" nonce=nonce.to_owned()>{script}</script>
                <AutoReload options=options/>
                <MetaTags/>
            </head>
            <body>
                <Page/>
            </body>
        </html>
    }
    .into_any()
}
