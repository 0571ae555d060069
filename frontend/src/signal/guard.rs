//! What the machinery holds, and a look at it.

use leptos::prelude as reactive;
use reactive::{Read as _, ReadUntracked, ReadValue as _, Track as _};
use std::any::Any;
use std::sync::Arc;

/// A value of any type.
pub type Held = Box<dyn Any + Send + Sync>;

/// A memo's value, and how it is compared with the next.
pub struct Kept {
    value: Held,
    same: fn(&Held, &Held) -> bool,
}

impl Kept {
    pub fn new<T: PartialEq + Send + Sync + 'static>(value: T) -> Self {
        Self {
            value: Box::new(value),
            same: |one, other| self::value::<T>(one) == self::value::<T>(other),
        }
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        (self.same)(&self.value, &other.value)
    }
}

type Derive = Arc<dyn Fn() -> Held + Send + Sync>;

/// Where a value is read.
#[derive(Clone, Copy)]
pub enum Source {
    Signal(reactive::RwSignal<Held>),
    Memo(reactive::Memo<Kept>),
    Derived(reactive::StoredValue<Derive>),
}

impl Source {
    #[inline(never)]
    pub fn derive(read: Box<dyn Fn() -> Held + Send + Sync>) -> Self {
        Self::Derived(reactive::StoredValue::new(Arc::from(read)))
    }

    #[inline(never)]
    pub fn track(self) {
        match self {
            Self::Signal(signal) => signal.track(),
            Self::Memo(memo) => memo.track(),
            // What it reads is tracked by reading it.
            Self::Derived(_) => drop(Guard::tracked(self)),
        }
    }
}

/// Keeps a value in its place while it is looked at.
pub enum Guard {
    Signal(<reactive::RwSignal<Held> as ReadUntracked>::Value),
    Memo(<reactive::Memo<Kept> as ReadUntracked>::Value),
    Derived(Held),
}

impl Guard {
    /// A look that is told of changes.
    #[inline(never)]
    pub fn tracked(source: Source) -> Self {
        let guard = match source {
            Source::Signal(signal) => signal.try_read().map(Self::Signal),
            Source::Memo(memo) => memo.try_read().map(Self::Memo),
            Source::Derived(read) => derived(read),
        };
        guard.unwrap_or_else(|| gone())
    }

    /// A look at the value as it is now.
    #[inline(never)]
    pub fn now(source: Source) -> Self {
        Self::there(source).unwrap_or_else(|| gone())
    }

    /// A look at the value as it is now; nothing after its owner is gone.
    #[inline(never)]
    pub fn there(source: Source) -> Option<Self> {
        match source {
            Source::Signal(signal) => signal.try_read_untracked().map(Self::Signal),
            Source::Memo(memo) => memo.try_read_untracked().map(Self::Memo),
            Source::Derived(read) => reactive::untrack(|| derived(read)),
        }
    }

    pub fn value<T: 'static>(&self) -> &T {
        value(self.held())
    }

    #[inline(never)]
    fn held(&self) -> &Held {
        match self {
            Self::Signal(held) => held,
            Self::Memo(kept) => &kept.value,
            Self::Derived(held) => held,
        }
    }
}

/// The function is taken out first: it may derive further signals while it runs.
fn derived(read: reactive::StoredValue<Derive>) -> Option<Guard> {
    let read = read.try_read_value()?.clone();
    Some(Guard::Derived(read()))
}

/// The value of a box; the wrappers see to it that it has this type.
pub fn value<T: 'static>(held: &Held) -> &T {
    held.downcast_ref().unwrap_or_else(|| gone())
}

/// As [`value`], to be changed.
pub fn value_mut<T: 'static>(held: &mut Held) -> &mut T {
    held.downcast_mut().unwrap_or_else(|| gone())
}

#[cold]
#[inline(never)]
fn gone() -> ! {
    panic!("a signal was read after its owner was gone")
}
