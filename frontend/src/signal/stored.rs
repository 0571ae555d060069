//! A value that tells nobody.

use super::guard::{Held, value, value_mut};
use leptos::prelude as reactive;
use reactive::{ReadValue as _, WriteValue as _};
use std::marker::PhantomData;

/// A value that lives as long as its owner and tells nobody when it changes.
pub struct StoredValue<T>(reactive::StoredValue<Held>, PhantomData<fn() -> T>);

impl<T> Clone for StoredValue<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for StoredValue<T> {}

impl<T> std::fmt::Debug for StoredValue<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoredValue")
    }
}

impl<T: Send + Sync + 'static> StoredValue<T> {
    pub fn new(value: T) -> Self {
        Self(stored(Box::new(value)), PhantomData)
    }

    /// Looks at the value; nothing after its owner is gone.
    pub fn try_with_value<U>(self, look: impl FnOnce(&T) -> U) -> Option<U> {
        let held = self.0.try_read_value()?;
        Some(look(value(&held)))
    }

    /// Looks at the value.
    pub fn with_value<U>(self, look: impl FnOnce(&T) -> U) -> U {
        look(value(&self.0.read_value()))
    }

    /// A copy of the value; nothing after its owner is gone.
    pub fn try_get_value(self) -> Option<T>
    where
        T: Clone,
    {
        self.try_with_value(T::clone)
    }

    /// A copy of the value.
    pub fn get_value(self) -> T
    where
        T: Clone,
    {
        self.with_value(T::clone)
    }

    /// Changes the value; what the change gave, where the value was still there.
    pub fn try_update_value<U>(self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        let mut held = self.0.try_write_value()?;
        Some(change(value_mut(&mut held)))
    }

    /// Changes the value; after its owner is gone, nothing.
    pub fn update_value(self, change: impl FnOnce(&mut T)) {
        self.try_update_value(change);
    }

    /// Puts another value in its place; after its owner is gone, nothing.
    pub fn set_value(self, value: T) {
        self.try_set_value(value);
    }

    /// As `set_value`; whether it was still there.
    pub fn try_set_value(self, value: T) -> bool {
        self.try_update_value(|held| *held = value).is_some()
    }
}

#[inline(never)]
fn stored(held: Held) -> reactive::StoredValue<Held> {
    reactive::StoredValue::new(held)
}
