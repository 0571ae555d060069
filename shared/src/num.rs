//! A float that survives JSON.
//!
//! JSON has no word for infinity or "not a number", and serde_json writes both as `null`.
//! Loss curves do go non-finite, so readings travel as [`Num`], which writes `"nan"`, `"inf"` and `"-inf"`.

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An `f64` whose JSON form keeps NaN and the infinities apart.
#[derive(Clone, Copy, Debug, Default)]
pub struct Num(pub f64);

impl From<f64> for Num {
    fn from(value: f64) -> Self {
        Self(value)
    }
}

/// Two readings are equal when they are the same number, or both not a number.
impl PartialEq for Num {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || (self.0.is_nan() && other.0.is_nan())
    }
}

impl Serialize for Num {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_finite() {
            serializer.serialize_f64(self.0)
        } else if self.0.is_nan() {
            serializer.serialize_str("nan")
        } else if self.0 > 0.0 {
            serializer.serialize_str("inf")
        } else {
            serializer.serialize_str("-inf")
        }
    }
}

impl<'de> Deserialize<'de> for Num {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumVisitor).map(Num)
    }
}

struct NumVisitor;

impl Visitor<'_> for NumVisitor {
    type Value = f64;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a number, \"nan\", \"inf\" or \"-inf\"")
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<f64, E> {
        Ok(value)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<f64, E> {
        Ok(value as f64)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<f64, E> {
        Ok(value as f64)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<f64, E> {
        match value {
            "nan" => Ok(f64::NAN),
            "inf" => Ok(f64::INFINITY),
            "-inf" => Ok(f64::NEG_INFINITY),
            _ => Err(E::invalid_value(de::Unexpected::Str(value), &self)),
        }
    }
}

/// How a [`Num`] looks in the API's description.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[schema(as = Num)]
#[serde(untagged)]
pub enum NumSchema {
    /// A finite number.
    Number(f64),
    /// What is no finite number.
    NotFinite(NotFinite),
}

/// What JSON has no number for.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
pub enum NotFinite {
    /// Not a number.
    #[serde(rename = "nan")]
    Nan,
    /// Infinity.
    #[serde(rename = "inf")]
    Infinity,
    /// Minus infinity.
    #[serde(rename = "-inf")]
    MinusInfinity,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_float_comes_back_from_json() {
        for value in [
            0.0,
            -1.5,
            1e-300,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ] {
            let json = serde_json::to_string(&Num(value)).unwrap();
            let back: Num = serde_json::from_str(&json).unwrap();
            assert_eq!(back, Num(value), "{json}");
        }
    }

    #[test]
    fn null_is_refused() {
        assert!(serde_json::from_str::<Num>("null").is_err());
    }
}
