//! The store on both engines: every statement prepares, and the same stories have the same end.

use super::*;
use crate::domain::time::Instant;
use crate::protocol::event::Event;
use crate::server::trial::{number, on_both};
use std::collections::BTreeSet;

on_both! {
    /// There are no queries checked at compile time for two engines; this is in their place.
    async fn every_statement_prepares(store: Store) {
        for (file, name, sql) in all_statements() {
            if let Err(error) = store.prepare(sql).await {
                panic!("{file}::{name}: {error}");
            }
        }
    }

    async fn settings_are_put_and_found(store: Store) {
        let mut tx = store.write().await.unwrap();
        assert_eq!(settings::find(&mut tx, "k").await.unwrap(), None);
        settings::put(&mut tx, "k", "1").await.unwrap();
        settings::put(&mut tx, "k", "2").await.unwrap();
        assert_eq!(settings::find(&mut tx, "k").await.unwrap().as_deref(), Some("2"));
    }

    /// E19: a question that takes too long is broken off; whoever has the connection next is not.
    async fn e19_a_hurried_transaction_is_broken_off_and_leaves_nothing(store: Store) {
        let count = |to: i64| Sql::same(Box::leak(format!("with recursive r(n) as (select 1 union all select n + 1 from r where n < {to}) select count(*) from r").into_boxed_str()));
        let mut tx = store.read().await.unwrap();
        tx.hurry(std::time::Duration::from_millis(30)).await.unwrap();
        let error = tx.all::<(i64,)>(count(1_000_000_000), vec![]).await.unwrap_err();
        assert!(error.is_interrupted(), "{error}");
        drop(tx);
        // All connections of the pool, and for longer than that limit.
        for _ in 0..8 {
            let mut tx = store.read().await.unwrap();
            assert_eq!(tx.all::<(i64,)>(count(300_000), vec![]).await.unwrap(), [(300_000,)]);
        }
    }

    /// Nothing has happened without a commit.
    async fn a_dropped_transaction_leaves_nothing(store: Store) {
        let mut tx = store.write().await.unwrap();
        settings::put(&mut tx, "k", "1").await.unwrap();
        drop(tx);
        let mut tx = store.read().await.unwrap();
        assert_eq!(settings::find(&mut tx, "k").await.unwrap(), None);
    }

    /// I1: the bytes that come back are the bytes that were kept, in their order, whatever they are.
    async fn i1_raw_bytes_are_kept_in_order(store: Store) {
        let bodies: Vec<Vec<u8>> = vec![b"{\"a\":\"\\u00e9\"}".to_vec(), vec![0, 255, 10, 13], Vec::new(), "😀'\"".into()];
        let mut tx = store.write().await.unwrap();
        deliveries::keep(&mut tx, &bodies, Instant(7)).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.read().await.unwrap();
        let kept: Vec<Vec<u8>> = deliveries::list_pending(&mut tx, 10).await.unwrap().into_iter().map(|row| row.body).collect();
        assert_eq!(kept, bodies);
    }

    /// D10: while one transaction holds appended events, no other can commit a later number before it: a reader that has seen the later
    /// one has seen the earlier one, too.
    async fn i4_d10_a_later_commit_never_hides_an_earlier_event(store: Store) {
        let mut first = store.write().await.unwrap();
        events::append(&mut first, &[Event::AccessChanged], Instant(1)).await.unwrap();
        let (other, at) = (store.clone(), std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false)));
        let done = at.clone();
        let second = tokio::spawn(async move {
            let mut tx = other.write().await.unwrap();
            events::append(&mut tx, &[Event::AccessChanged], Instant(2)).await.unwrap();
            tx.commit().await.unwrap();
            done.store(true, std::sync::atomic::Ordering::SeqCst);
        });
        for _ in 0..50 {
            assert!(events::list(&mut store.read().await.unwrap(), 0, 10).await.unwrap().is_empty(), "nothing is visible yet");
        }
        assert!(!at.load(std::sync::atomic::Ordering::SeqCst), "the second waits for the first");
        first.commit().await.unwrap();
        second.await.unwrap();
        let seen: Vec<i64> = events::list(&mut store.read().await.unwrap(), 0, 10).await.unwrap().iter().map(|event| event.at.0).collect();
        assert_eq!(seen, [1, 2]);
    }

    /// I4: numbers rise in the order of commits, and a reader that saw n never misses anything below.
    async fn i4_a_reader_never_skips_an_event(store: Store) {
        let writers: Vec<_> = (0..8).map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                for _ in 0..10 {
                    let mut tx = store.write().await.unwrap();
                    events::append(&mut tx, &[Event::AccessChanged, Event::AccessChanged], Instant(1)).await.unwrap();
                    tx.commit().await.unwrap();
                }
            })
        }).collect();
        let mut seen = Vec::new();
        while seen.len() < 160 {
            // A writer that failed is told of below, not waited for.
            let is_last = writers.iter().all(tokio::task::JoinHandle::is_finished);
            let mut tx = store.read().await.unwrap();
            let after = seen.last().copied().unwrap_or(0);
            seen.extend(events::list(&mut tx, after, 1000).await.unwrap().into_iter().map(|row| row.seq));
            if is_last {
                break;
            }
        }
        for writer in writers {
            writer.await.unwrap();
        }
        let mut tx = store.read().await.unwrap();
        let all: Vec<i64> = events::list(&mut tx, 0, 1000).await.unwrap().into_iter().map(|row| row.seq).collect();
        assert_eq!(seen, all);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 160);
    }

    /// The newest event is never forgotten: its number is the head, and numbers are never used again.
    async fn old_events_go_and_the_head_stays(store: Store) {
        let mut tx = store.write().await.unwrap();
        events::append(&mut tx, &[Event::AccessChanged, Event::AccessChanged], Instant(1)).await.unwrap();
        let head = events::head(&mut tx).await.unwrap();
        assert_eq!(events::expire(&mut tx, Instant(5)).await.unwrap(), 1);
        assert_eq!((events::head(&mut tx).await.unwrap(), events::tail(&mut tx).await.unwrap()), (head, head));
        assert_eq!(number(&mut tx, "select count(*) from events").await, 1);
    }

    /// Only outbound messages can be in the outbox: the database says so.
    async fn the_outbox_takes_only_outbound_messages(store: Store) {
        let mut tx = store.write().await.unwrap();
        assert!(outbox::add(&mut tx, &"none".into(), &"a".into(), &"c".into(), 1, Instant(1)).await.is_err());
    }
}
