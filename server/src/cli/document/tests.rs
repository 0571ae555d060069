use super::*;

const TEXT: &str = "{ \"model\": \"m\",\n  \"attacks\": [\n    { \"fgsm\": {} },\n    { \"pgd\": { \"note\": \"a } b\", \"steps\": 0 } } ] }\n";

fn document() -> Document {
    Document {
        name: "batch.json".to_owned(),
        text: TEXT.to_owned(),
        completed: None,
    }
}

#[test]
fn every_field_at_fault_is_named_with_its_line_and_column() {
    let error = |path: &str, message: &str| valleyscope_shared::problem::FieldError {
        path: path.to_owned(),
        message: message.to_owned(),
    };
    let problem = Problem::invalid(vec![
        error("model", "there is no model \"m\""),
        error("attacks.1.pgd.steps", "0 is less than 1"),
        error("attacks[1].pgd.steps", "the same, as the reader writes it"),
        error("attacks.1.pgd.colour", "there is no such field"),
        error("", "missing field `data`"),
    ]);
    assert_eq!(
        document().explain(&problem).to_string(),
        "batch.json:1:12: model: there is no model \"m\"\n\
         batch.json:4:42: attacks.1.pgd.steps: 0 is less than 1\n\
         batch.json:4:42: attacks[1].pgd.steps: the same, as the reader writes it\n\
         batch.json:4:14: attacks.1.pgd.colour: there is no such field\n\
         batch.json:1:1: missing field `data`"
    );
}

#[test]
fn what_is_no_json_is_named_by_its_place() {
    let error = document().unreadable("expected `,` or `}` at line 3 column 7");
    assert_eq!(error.to_string(), "batch.json:3:7: expected `,` or `}`");
}

#[test]
fn a_mark_of_byte_order_is_no_part_of_the_text() {
    assert_eq!(utf8("\u{feff}{}".as_bytes()), Ok("{}"));
    assert!(utf8(&[0xff, 0xfe, b'{', 0]).is_err_and(|reason| reason.contains("UTF-16")));
    assert!(utf8(b"{\n\xff}").is_err_and(|reason| reason.contains("line 2")));
}

/// A text that a reader refuses has a place all the same, or the message would be lost in a panic.
#[test]
fn broken_texts_have_a_place_too() {
    for end in 0..TEXT.len() {
        assert!(place::of(&TEXT[..end], "attacks.1.pgd.steps") <= end);
    }
    assert_eq!(place::of("7", "a.b"), 0);
}
