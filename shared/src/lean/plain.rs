//! Numbers, texts, flags, options, lists and pairs.

use super::{FromValue, Part};
use crate::amount::Amount;
use crate::event::Compact;
use crate::num::Num;
use crate::spec::Seeds;
use crate::valley::BandPoint;
use serde_json::Value;

impl Part<'_> {
    fn whole(&self, most: u64) -> u64 {
        match self.value.as_u64() {
            Some(number) if number <= most => number,
            _ => {
                self.refuse("a whole number in its range");
                0
            }
        }
    }
}

macro_rules! whole {
    ($($type:ident)*) => {
        $(impl FromValue for $type {
            fn from_value(part: &Part<'_>) -> Self {
                part.whole(Self::MAX as u64) as Self
            }
        })*
    };
}

whole! { u16 u32 u64 usize }

impl FromValue for i64 {
    fn from_value(part: &Part<'_>) -> Self {
        part.value.as_i64().unwrap_or_else(|| {
            part.refuse("a whole number");
            0
        })
    }
}

impl FromValue for f64 {
    fn from_value(part: &Part<'_>) -> Self {
        part.value.as_f64().unwrap_or_else(|| {
            part.refuse("a number");
            0.0
        })
    }
}

impl FromValue for Num {
    fn from_value(part: &Part<'_>) -> Self {
        Self(match part.value {
            Value::String(text) if text == "nan" => f64::NAN,
            Value::String(text) if text == "inf" => f64::INFINITY,
            Value::String(text) if text == "-inf" => f64::NEG_INFINITY,
            _ => f64::from_value(part),
        })
    }
}

impl FromValue for Amount {
    fn from_value(part: &Part<'_>) -> Self {
        match part.value {
            Value::String(text) => text.parse().unwrap_or_else(|_| {
                part.refuse("a finite number or a fraction");
                Self::from(0.0)
            }),
            _ => Self::from(f64::from_value(part)),
        }
    }
}

impl FromValue for bool {
    fn from_value(part: &Part<'_>) -> Self {
        part.value.as_bool().unwrap_or_else(|| {
            part.refuse("true or false");
            false
        })
    }
}

impl FromValue for String {
    fn from_value(part: &Part<'_>) -> Self {
        match part.value {
            Value::String(text) => text.clone(),
            _ => {
                part.refuse("a text");
                Self::new()
            }
        }
    }
}

/// As it stands.
impl FromValue for Value {
    fn from_value(part: &Part<'_>) -> Self {
        part.value.clone()
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(part: &Part<'_>) -> Self {
        (!part.value.is_null()).then(|| T::from_value(part))
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(part: &Part<'_>) -> Self {
        let entries = part.list().iter();
        entries
            .map(|value| T::from_value(&part.entry(value)))
            .collect()
    }
}

impl<A: FromValue, B: FromValue> FromValue for (A, B) {
    fn from_value(part: &Part<'_>) -> Self {
        let [a, b] = part.tuple();
        (A::from_value(&part.entry(a)), B::from_value(&part.entry(b)))
    }
}

impl FromValue for Compact {
    fn from_value(part: &Part<'_>) -> Self {
        let [n, not_finite, mean, low, high, q1, median, q3] = part.tuple();
        let count = |value| usize::from_value(&part.entry(value));
        let number = |value| Num::from_value(&part.entry(value));
        Self(BandPoint {
            n: count(n),
            not_finite: count(not_finite),
            mean: number(mean),
            low: number(low),
            high: number(high),
            q1: number(q1),
            median: number(median),
            q3: number(q3),
        })
    }
}

impl Part<'_> {
    /// The entries of a list of exactly this length.
    fn tuple<const N: usize>(&self) -> [&Value; N] {
        let list = self.list();
        if list.len() != N {
            self.refuse("a list of the right length");
        }
        std::array::from_fn(|place| list.get(place).unwrap_or(&Value::Null))
    }
}

impl FromValue for Seeds {
    fn from_value(part: &Part<'_>) -> Self {
        match part.value {
            Value::Array(_) => Self::Many(Vec::from_value(part)),
            _ => Self::One(u64::from_value(part)),
        }
    }
}
