//! Something that is there only at times.

use leptos::prelude::*;

/// Shows its children while `is` holds. In place of the framework's `Show`, of which every use is compiled into the page anew.
#[component]
pub fn When(#[prop(into)] is: Signal<bool>, children: ChildrenFn) -> impl IntoView {
    let is = Memo::new(move |_| is.get());
    move || is.get().then(|| children())
}
