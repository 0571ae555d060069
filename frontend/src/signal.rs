//! Leptos's signals, memos and stored values, compiled once.
//!
//! Leptos compiles the whole machinery anew for each type of value. Here it holds boxes, and the type is known only
//! to the thin wrapper around it, which is what the page would otherwise weigh most of.

mod guard;
mod stored;

use guard::{Guard, Held, Kept, Source};
use leptos::prelude as reactive;
use reactive::Write as _;
use std::marker::PhantomData;
pub use stored::StoredValue;

/// A value that tells its readers when it changes.
pub struct RwSignal<T>(reactive::RwSignal<Held>, PhantomData<fn() -> T>);

/// A value that is computed anew when what it reads changes, and tells others only when it differs.
pub struct Memo<T>(reactive::Memo<Kept>, PhantomData<fn() -> T>);

/// Any of these, or a function of them, to be read.
pub struct Signal<T>(Source, PhantomData<fn() -> T>);

macro_rules! readable {
    ($($name:ident: $source:expr;)*) => {
        $(
            impl<T> Clone for $name<T> {
                fn clone(&self) -> Self {
                    *self
                }
            }

            impl<T> Copy for $name<T> {}

            impl<T> std::fmt::Debug for $name<T> {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(stringify!($name))
                }
            }

            #[allow(dead_code)] // each of the three is read in its own way somewhere
            impl<T: Send + Sync + 'static> $name<T> {
                fn source(self) -> Source {
                    let source: fn(Self) -> Source = $source;
                    source(self)
                }

                /// Looks at the value and will be told of its changes.
                pub fn with<U>(self, look: impl FnOnce(&T) -> U) -> U {
                    look(Guard::tracked(self.source()).value())
                }

                /// Looks at the value as it is now.
                pub fn with_untracked<U>(self, look: impl FnOnce(&T) -> U) -> U {
                    look(Guard::now(self.source()).value())
                }

                /// As `with_untracked`; nothing after its owner is gone.
                pub fn try_with_untracked<U>(self, look: impl FnOnce(&T) -> U) -> Option<U> {
                    Guard::there(self.source()).map(|guard| look(guard.value()))
                }

                /// A copy of the value, and will be told of its changes.
                pub fn get(self) -> T
                where
                    T: Clone,
                {
                    self.with(T::clone)
                }

                /// A copy of the value as it is now.
                pub fn get_untracked(self) -> T
                where
                    T: Clone,
                {
                    self.with_untracked(T::clone)
                }

                /// As `get_untracked`; nothing after its owner is gone.
                pub fn try_get_untracked(self) -> Option<T>
                where
                    T: Clone,
                {
                    self.try_with_untracked(T::clone)
                }

                /// Will be told of its changes.
                pub fn track(self) {
                    self.source().track();
                }
            }
        )*
    };
}

readable! {
    RwSignal: |it| Source::Signal(it.0);
    Memo: |it| Source::Memo(it.0);
    Signal: |it| it.0;
}

impl<T: Send + Sync + 'static> RwSignal<T> {
    pub fn new(value: T) -> Self {
        Self(signal(Box::new(value)), PhantomData)
    }

    /// Puts another value in its place; after its owner is gone, nothing.
    pub fn set(self, value: T) {
        self.try_set(value);
    }

    /// As `set`; whether it was still there.
    pub fn try_set(self, value: T) -> bool {
        set(self.0, Box::new(value))
    }

    /// Changes the value; after its owner is gone, nothing.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        self.try_update(change);
    }

    /// As `update`; what the change gave, where the value was still there.
    pub fn try_update<U>(self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        let mut held = self.0.try_write()?;
        Some(change(guard::value_mut(&mut held)))
    }
}

#[inline(never)]
fn signal(held: Held) -> reactive::RwSignal<Held> {
    reactive::RwSignal::new(held)
}

#[inline(never)]
fn set(signal: reactive::RwSignal<Held>, held: Held) -> bool {
    signal.try_write().map(|mut place| *place = held).is_some()
}

impl<T: PartialEq + Send + Sync + 'static> Memo<T> {
    pub fn new(read: impl Fn() -> T + Send + Sync + 'static) -> Self {
        let read = move || Kept::new(read());
        Self(memo(Box::new(read)), PhantomData)
    }
}

#[inline(never)]
fn memo(read: Box<dyn Fn() -> Kept + Send + Sync>) -> reactive::Memo<Kept> {
    reactive::Memo::new(move |_| read())
}

impl<T: Send + Sync + 'static> Signal<T> {
    /// What a function of other signals gives, computed at each look.
    pub fn derive(read: impl Fn() -> T + Send + Sync + 'static) -> Self {
        let read = move || -> Held { Box::new(read()) };
        Self(Source::derive(Box::new(read)), PhantomData)
    }
}

impl<T: Send + Sync + 'static> From<RwSignal<T>> for Signal<T> {
    fn from(signal: RwSignal<T>) -> Self {
        Self(signal.source(), PhantomData)
    }
}

impl<T: Send + Sync + 'static> From<Memo<T>> for Signal<T> {
    fn from(memo: Memo<T>) -> Self {
        Self(memo.source(), PhantomData)
    }
}
