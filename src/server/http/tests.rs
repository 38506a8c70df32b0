//! The server over real sockets: what nobody, agents, admins, keys and foreign pages get, in status, words and headers.

mod live;
mod outbox;
mod rest;
mod security;
mod webhook;
