//! The server over real sockets: what nobody, agents, admins, keys and foreign pages get, in status, words and headers.

mod audit;
mod bubbles;
mod circuits;
mod contacts;
mod deleting;
mod drafts;
mod finding;
mod live;
mod matrix;
mod media;
mod metrics;
mod numbers;
mod outbox;
mod past;
mod people;
mod reactions;
mod reconnect;
mod replies;
mod rest;
mod search;
mod security;
mod team;
mod templates;
mod two_numbers;
mod warnings;
mod webhook;
