//! Descriptions of attacks, read by hand: what serde makes for them would weigh more than all of this page's forms.

use serde_json::Value;
use valleyscope_shared::field::{Choice, Field, Kind};
use valleyscope_shared::spec::AttackInfo;
use valleyscope_shared::spec::preset::Preset;

/// An attack with the fields that this page knows how to show.
pub fn info(value: &Value) -> AttackInfo {
    AttackInfo {
        id: text(value, "id"),
        title: text(value, "title"),
        help: text(value, "help"),
        fields: list(&value["fields"]).filter_map(field).collect(),
        random: flag(value, "random"),
    }
}

/// A preset whose attack can be read.
pub fn preset(value: &Value) -> Option<Preset> {
    Some(Preset {
        id: text(value, "id"),
        title: text(value, "title"),
        help: text(value, "help"),
        attack: crate::json::read(value["attack"].clone()).ok()?,
    })
}

fn field(value: &Value) -> Option<Field> {
    Some(Field {
        id: text(value, "id"),
        title: text(value, "title"),
        help: text(value, "help"),
        kind: kind(&value["kind"])?,
        default: value["default"].clone(),
        advanced: flag(value, "advanced"),
        several: flag(value, "several"),
    })
}

fn kind(value: &Value) -> Option<Kind> {
    let number = |key: &str| value[key].as_f64();
    let whole = |key: &str| value[key].as_u64();
    Some(match value["type"].as_str()? {
        "length" => Kind::Length {
            min: number("min")?,
            above: flag(value, "above"),
        },
        "integer" => Kind::Integer {
            min: whole("min")?,
            max: whole("max")?,
        },
        "number" => Kind::Number {
            min: number("min")?,
            max: number("max")?,
        },
        "flag" => Kind::Flag,
        "choice" => Kind::Choice {
            options: list(&value["options"]).map(choice).collect(),
        },
        "class" => Kind::Class,
        _ => return None,
    })
}

fn choice(value: &Value) -> Choice {
    Choice {
        id: text(value, "id"),
        title: text(value, "title"),
    }
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn flag(value: &Value, key: &str) -> bool {
    value[key].as_bool().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
