//! What the server says on a run's stream, read with little code.
//!
//! Serde reads a tagged enum through a buffer of its own, which would put the reading code of every event into the page twice.

use crate::json;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use valleyscope_shared::api::Message;
use valleyscope_shared::event::{Event, Frame};

/// The message, nothing where it is of a kind that this page does not know.
pub fn message(text: &str) -> Option<Message> {
    let Value::Object(object) = serde_json::from_str(text).ok()? else {
        return Some(Message::End).filter(|_| text == "\"end\"");
    };
    let (kind, value) = object.into_iter().next()?;
    let number = |key: &str| value.get(key).and_then(Value::as_u64);
    match kind.as_str() {
        "hello" => Some(Message::Hello {
            epoch: number("epoch")?,
            seq: number("seq")?,
        }),
        "reset" => Some(Message::Reset {
            epoch: number("epoch")?,
        }),
        "heartbeat" => value.as_u64().map(Message::Heartbeat),
        "position" => value.as_u64().map(Message::Position),
        "frames" => {
            let Value::Array(frames) = value else {
                return None;
            };
            let frames: Option<Vec<Frame>> = frames.into_iter().map(frame).collect();
            frames.map(Message::Frames)
        }
        _ => None,
    }
}

fn frame(value: Value) -> Option<Frame> {
    let Value::Object(mut frame) = value else {
        return None;
    };
    let number = |frame: &Map<String, Value>, key: &str| frame.get(key).and_then(Value::as_u64);
    Some(Frame {
        seq: number(&frame, "seq")?,
        at_ms: number(&frame, "at_ms")?,
        event: event(frame.remove("event")?)?,
    })
}

fn event(value: Value) -> Option<Event> {
    let kind = value.get("type")?.as_str()?.to_owned();
    match kind.as_str() {
        "started" => read(value).map(Event::Started),
        "point" => read(value).map(Event::Point),
        "summary" => read(value).map(Event::Summary),
        "warning" => read(value).map(Event::Warning),
        "ended" => read(value).map(Event::Ended),
        _ => None,
    }
}

fn read<T: DeserializeOwned>(value: Value) -> Option<T> {
    json::read(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use valleyscope_shared::event::{Compact, Ended, Outcome, Point, Started, Summary, Warning};
    use valleyscope_shared::measure::Measure;
    use valleyscope_shared::readings::{Axis, Readings};
    use valleyscope_shared::spec::Precision;
    use valleyscope_shared::valley::{PassSummary, Population, Timeline};

    fn events() -> Vec<Event> {
        let readings = Readings::new(Axis::new(1, false), vec![]);
        let summary = PassSummary::of(&readings, 1, Measure::KappaTr, Population::Right, None);
        vec![
            Event::Started(Started {
                device: "cpu".into(),
                precision: Precision::F32,
                made_by: "test".into(),
                axis: Axis::new(2, true),
                seeds: vec![1, 2],
                examples: 4,
                total: 32,
                memory: 7,
                kept_bytes: 8,
                notes: vec!["note".into()],
            }),
            Event::Point(Point {
                pass: 0,
                point: 1,
                done: 2,
                bands: vec![Compact::default()],
            }),
            Event::Summary(Summary {
                pass: 0,
                summary,
                timeline: Timeline::default(),
            }),
            Event::Warning(Warning {
                id: "w".into(),
                message: "m".into(),
                examples: 3,
            }),
            Event::Ended(Ended {
                outcome: Outcome::Failed,
                reason: Some("r".into()),
                seconds: 1.5,
            }),
        ]
    }

    #[test]
    fn every_message_is_read_as_serde_reads_it() {
        let numbered = events().into_iter().zip(1..);
        let frames = numbered
            .map(|(event, seq)| Frame {
                seq,
                at_ms: 10 * seq,
                event,
            })
            .collect();
        for said in [
            Message::Hello { epoch: 3, seq: 9 },
            Message::Frames(frames),
            Message::Reset { epoch: 4 },
            Message::Heartbeat(5),
            Message::Position(2),
            Message::End,
        ] {
            let text = serde_json::to_string(&said).unwrap();
            assert_eq!(
                message(&text),
                Some(serde_json::from_str(&text).unwrap()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_not_known_is_left_alone() {
        for text in [
            "",
            "{}",
            "7",
            "{\"frames\":[{\"seq\":1}]}",
            "{\"later\":1}",
            "\"else\"",
        ] {
            assert_eq!(message(text), None, "{text}");
        }
    }
}
