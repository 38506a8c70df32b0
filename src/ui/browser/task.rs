//! Waiting, and doing something later.

use gloo_timers::future::TimeoutFuture;

/// Waits so many milliseconds.
pub async fn sleep(ms: i64) {
    TimeoutFuture::new(u32::try_from(ms.max(0)).unwrap_or(u32::MAX)).await;
}

/// Runs a task beside the page, which must not touch it after it is gone.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    leptos::task::spawn_local(task);
}
