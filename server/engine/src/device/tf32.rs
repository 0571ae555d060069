//! Whether single-precision convolutions on a GPU are rounded to TF32: 10 bits of mantissa in place of 23.
//!
//! LibTorch does so unless told otherwise, and would call the result single precision all the same.
//! Here it is off from the first look at the devices on, and on for runs that ask for it.
//! The setting is the whole process's, so a run with another waits until those that need the present one are done.

use crate::error::{Error, Result};
use std::sync::{Condvar, Mutex, Once, PoisonError};
use std::time::Duration;

#[expect(
    unsafe_code,
    reason = "two functions of `tf32.cpp` that take and give a truth value; LibTorch locks nothing else by them"
)]
mod foreign {
    unsafe extern "C" {
        pub(super) safe fn valleyscope_allow_tf32(allow: bool);
        pub(super) safe fn valleyscope_allows_tf32() -> bool;
    }
}

/// Switches it off, once, before anything is computed.
pub(crate) fn off_at_first() {
    static FIRST: Once = Once::new();
    FIRST.call_once(|| foreign::valleyscope_allow_tf32(false));
}

/// Whether LibTorch rounds convolutions to TF32 at present.
pub fn is_on() -> bool {
    foreign::valleyscope_allows_tf32()
}

/// How many runs need the present setting.
static USERS: Mutex<usize> = Mutex::new(0);
static FEWER: Condvar = Condvar::new();

/// How long a run that waits for the setting goes without looking whether it was cancelled.
const PAUSE: Duration = Duration::from_millis(100);

/// As long as this lives, the setting stays.
#[derive(Debug)]
pub(crate) struct Hold(());

impl Hold {
    /// Waits until the setting is or can be made this.
    ///
    /// # Errors
    /// [`Error::Cancelled`] while it waits.
    pub(crate) fn of(allow: bool, cancelled: impl Fn() -> bool) -> Result<Self> {
        off_at_first();
        let mut users = USERS.lock().unwrap_or_else(PoisonError::into_inner);
        while *users > 0 && is_on() != allow {
            if cancelled() {
                return Err(Error::Cancelled);
            }
            let waited = FEWER.wait_timeout(users, PAUSE);
            users = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        if is_on() != allow {
            foreign::valleyscope_allow_tf32(allow);
        }
        *users += 1;
        Ok(Self(()))
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut users = USERS.lock().unwrap_or_else(PoisonError::into_inner);
        *users -= 1;
        if *users == 0 {
            foreign::valleyscope_allow_tf32(false);
        }
        FEWER.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    /// One test, as the setting is the whole process's.
    #[test]
    fn it_is_off_at_first_and_on_for_those_alone_that_ask() {
        off_at_first();
        assert!(!is_on());
        {
            let (_one, _other) = (
                Hold::of(true, || false).unwrap(),
                Hold::of(true, || false).unwrap(),
            );
            assert!(is_on());
            // Another setting must wait, and can be given up.
            assert!(matches!(Hold::of(false, || true), Err(Error::Cancelled)));
        }
        assert!(!is_on());

        let plain = Hold::of(false, || false).unwrap();
        let started = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                started.store(true, Ordering::SeqCst);
                let _rounded = Hold::of(true, || false).unwrap();
                is_on()
            });
            while !started.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
            std::thread::sleep(PAUSE);
            assert!(!is_on());
            drop(plain);
            assert!(waiting.join().unwrap());
        });
        assert!(!is_on());
    }
}
