//! The fault harness: the real binary as a child process, real databases, real sockets, the sandbox in place of Meta; killed, starved,
//! cut off and overloaded. What was acknowledged is compared with what is there. `README.md` lists which failure each test makes.
//!
//! To add a failure: 1. its test in the file of its noun, with the row of the table in its name, 2. its row in `README.md`.

#![expect(clippy::float_cmp, reason = "counts are whole numbers")]

mod clock;
mod crash;
mod disk;
mod door;
mod inbox;
mod load;
mod lock;
mod postgres;
mod proxy;
mod server_away;
mod several;
mod shim;
