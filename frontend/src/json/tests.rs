use super::*;
use serde_json::Value;

#[test]
fn what_is_written_reads_back_the_same() {
    let text = r#"{"a":[1,-2,0.1,1e-300,1e21,true,null],"b":"\"quoted\" \\ \n \u0001 ε","c":{}}"#;
    let value: Value = serde_json::from_str(text).unwrap();
    let back: Value = serde_json::from_str(&write(&value)).unwrap();
    assert_eq!(back, value);
}
