//! What an attribute, a class, a style or a property can be given.

use crate::signal::Signal;

/// A value, or how to read it.
pub enum Value {
    Fixed(Option<String>),
    Live(Box<dyn Read>),
}

/// Reads a value. Unlike a boxed closure it has one entry in its table, not three.
pub trait Read {
    fn read(&self) -> Option<String>;
}

impl<F, T> Read for F
where
    F: Fn() -> T,
    T: IntoText,
{
    fn read(&self) -> Option<String> {
        self().into_text()
    }
}

/// What can be a value; absent and `false` take the attribute away, `true` is the empty text.
pub trait IntoValue {
    fn into_value(self) -> Value;
}

/// What can be the text of an attribute.
pub trait IntoText {
    fn into_text(self) -> Option<String>;
}

impl IntoText for &'static str {
    fn into_text(self) -> Option<String> {
        Some(self.to_owned())
    }
}

impl IntoText for String {
    fn into_text(self) -> Option<String> {
        Some(self)
    }
}

impl IntoText for bool {
    fn into_text(self) -> Option<String> {
        self.then(String::new)
    }
}

impl<T: IntoText> IntoText for Option<T> {
    fn into_text(self) -> Option<String> {
        self.and_then(T::into_text)
    }
}

macro_rules! fixed {
    ($($kind:ty),*) => {
        $(impl IntoValue for $kind {
            fn into_value(self) -> Value {
                Value::Fixed(self.into_text())
            }
        })*
    };
}

fixed!(
    &'static str,
    String,
    bool,
    Option<String>,
    Option<&'static str>
);

impl<F, T> IntoValue for F
where
    F: Fn() -> T + 'static,
    T: IntoText,
{
    fn into_value(self) -> Value {
        Value::Live(Box::new(self))
    }
}

impl IntoValue for Signal<String> {
    fn into_value(self) -> Value {
        Value::Live(Box::new(move || self.get()))
    }
}
