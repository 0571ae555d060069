//! JSON from a value.
//!
//! serde_json writes floats with tables that the page has no other use for; Rust's own shortest writing is as exact.

use serde_json::Value;

/// The value as JSON.
pub fn write(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(value), ..) => value.to_string(),
            (_, Some(value), _) => value.to_string(),
            (_, _, Some(value)) => format!("{value:?}"),
            _ => "null".to_owned(),
        },
        Value::String(text) => quoted(text),
        Value::Array(list) => {
            let parts: Vec<String> = list.iter().map(write).collect();
            format!("[{}]", parts.join(","))
        }
        Value::Object(object) => {
            let pair =
                |(key, value): (&String, &Value)| format!("{}:{}", quoted(key), write(value));
            let parts: Vec<String> = object.iter().map(pair).collect();
            format!("{{{}}}", parts.join(","))
        }
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            letter if letter < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}
