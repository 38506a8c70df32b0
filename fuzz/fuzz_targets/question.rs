//! See `server::fuzzing::question`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| whatsapp_inbox::server::fuzzing::question(bytes));
