//! See `server::fuzzing::form`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| whatsapp_inbox::server::fuzzing::form(bytes));
