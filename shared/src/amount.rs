//! A number that people write as they think of it: `0.0314` or `8/255`.

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A finite number and, where it was written as a fraction, that writing.
///
/// Equality and order are those of the value: `"8/255"` equals `0.03137254901960784`.
#[derive(Clone, Debug)]
pub struct Amount {
    value: f64,
    fraction: Option<String>,
}

impl Amount {
    /// The number.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The number both ways where it was written as a fraction: `8/255 (0.03137)`.
    pub fn both(&self) -> String {
        match &self.fraction {
            Some(text) => format!("{text} ({})", significant(self.value, 4)),
            None => match as_pixels(self.value) {
                Some(pixels) => format!("{} ({pixels}/255)", significant(self.value, 6)),
                None => significant(self.value, 6),
            },
        }
    }
}

/// `value` with `digits` significant digits and no trailing zeros.
pub fn significant(value: f64, digits: usize) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let exponent = value.abs().log10().floor() as i32;
    if !(-5..=9).contains(&exponent) {
        let text = format!("{value:.*e}", digits.saturating_sub(1));
        return match text.split_once('e') {
            Some((mantissa, power)) if mantissa.contains('.') => {
                format!(
                    "{}e{power}",
                    mantissa.trim_end_matches('0').trim_end_matches('.')
                )
            }
            _ => text,
        };
    }
    let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// `value` in units of one grey level of 255, when it is in the range where people think that way.
fn as_pixels(value: f64) -> Option<String> {
    (value > 0.0 && value < 1.0).then(|| significant(value * 255.0, 4))
}

impl From<f64> for Amount {
    fn from(value: f64) -> Self {
        Self {
            value,
            fraction: None,
        }
    }
}

impl PartialEq for Amount {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fraction {
            Some(text) => formatter.write_str(text),
            None => write!(formatter, "{}", self.value),
        }
    }
}

/// Why a text is not an [`Amount`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnAmount {
    text: String,
    reason: &'static str,
}

impl fmt::Display for NotAnAmount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "\"{}\" {}; write a number such as 0.0314 or a fraction such as 8/255",
            self.text, self.reason
        )
    }
}

impl std::error::Error for NotAnAmount {}

impl FromStr for Amount {
    type Err = NotAnAmount;

    fn from_str(text: &str) -> Result<Self, NotAnAmount> {
        let shown: String = text.chars().take(40).collect();
        let refuse = |reason| NotAnAmount {
            text: shown.clone(),
            reason,
        };
        let number = |part: &str| {
            let part = part.trim();
            // Rust's own parser also reads "inf" and "nan"; neither is an amount.
            let plain = part
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
            match part.parse::<f64>() {
                Ok(value) if plain && value.is_finite() => Ok(value),
                _ => Err(refuse("is not a finite number")),
            }
        };
        match text.split_once('/') {
            None => number(text).map(Self::from),
            Some((above, below)) => {
                let (above, below) = (number(above)?, number(below)?);
                if below == 0.0 {
                    return Err(refuse("divides by zero"));
                }
                let value = above / below;
                if !value.is_finite() {
                    return Err(refuse("is not a finite number"));
                }
                let fraction = text.chars().filter(|c| !c.is_whitespace()).collect();
                Ok(Self {
                    value,
                    fraction: Some(fraction),
                })
            }
        }
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.fraction {
            Some(text) => serializer.serialize_str(text),
            None => serializer.serialize_f64(self.value),
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AmountVisitor)
    }
}

struct AmountVisitor;

impl Visitor<'_> for AmountVisitor {
    type Value = Amount;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number such as 0.0314 or a fraction such as \"8/255\"")
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Amount, E> {
        if value.is_finite() {
            Ok(Amount::from(value))
        } else {
            Err(E::invalid_value(de::Unexpected::Float(value), &self))
        }
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Amount, E> {
        Ok(Amount::from(value as f64))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Amount, E> {
        Ok(Amount::from(value as f64))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Amount, E> {
        value.parse().map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_keeps_its_writing_and_its_value() {
        let amount: Amount = "8/255".parse().unwrap();
        assert_eq!(amount.value(), 8.0 / 255.0);
        assert_eq!(serde_json::to_string(&amount).unwrap(), "\"8/255\"");
        assert_eq!(amount.both(), "8/255 (0.03137)");
    }

    #[test]
    fn a_plain_number_is_also_shown_in_grey_levels() {
        assert_eq!(Amount::from(0.0314).both(), "0.0314 (8.007/255)");
        assert_eq!(Amount::from(2.0).both(), "2");
    }

    #[test]
    fn what_is_not_a_finite_number_is_refused_with_a_reason() {
        for (text, reason) in [
            ("8/0", "divides by zero"),
            ("NaN", "is not a finite number"),
            ("inf", "is not a finite number"),
            ("1/2/3", "is not a finite number"),
            ("", "is not a finite number"),
            ("1e400", "is not a finite number"),
        ] {
            assert_eq!(text.parse::<Amount>().unwrap_err().reason, reason, "{text}");
        }
    }

    #[test]
    fn significant_digits_drop_trailing_zeros() {
        assert_eq!(significant(0.5, 4), "0.5");
        assert_eq!(significant(123456.0, 3), "123456");
        assert_eq!(significant(1.5e-9, 3), "1.5e-9");
        assert_eq!(significant(2e12, 3), "2e12");
    }
}
