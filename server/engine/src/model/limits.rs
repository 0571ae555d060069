//! Limits of options that are said in cards.

use crate::error::{Error, Result};

/// Whether every number lies within its limits; the first that does not is named.
///
/// # Errors
/// [`Error::Card`] with the field.
pub(super) fn within(fields: &[(&'static str, i64, i64, i64)]) -> Result<()> {
    for (field, value, least, most) in fields {
        if !(least..=most).contains(&value) {
            return Err(Error::Card {
                field,
                value: value.to_string(),
                expected: format!("{least} to {most} is right"),
            });
        }
    }
    Ok(())
}

/// Whether a list has so many entries, each within limits.
///
/// # Errors
/// [`Error::Card`] with the field.
pub(super) fn list_within(
    field: &'static str,
    values: &[i64],
    [fewest, most]: [usize; 2],
    [least, largest]: [i64; 2],
) -> Result<()> {
    let fits = values.iter().all(|value| (least..=largest).contains(value));
    if fits && (fewest..=most).contains(&values.len()) {
        return Ok(());
    }
    Err(Error::Card {
        field,
        value: format!("{values:?}"),
        expected: format!("{fewest} to {most} numbers from {least} to {largest} are right"),
    })
}
