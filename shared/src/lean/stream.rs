//! What a run's stream says: messages, and the entries of the log in them.

use super::{FromValue, Part};
use crate::api::Message;
use crate::event::{Ended, Event, Frame, Point, Started, Summary, Warning};
use crate::lean;

lean! {
    Frame { seq, at_ms, event }
    Started {
        device, precision, made_by, origin, axis, seeds, epsilons or Vec::new(), norm, bounded or false, smallest, profile, examples,
        total, memory, kept_bytes, notes,
    }
    Point { pass, point, done, bands }
    Summary { pass, summary, timeline }
    Warning { id, message, examples }
    Ended { outcome, reason, seconds }
}

/// Tagged by its own field `type`.
impl FromValue for Event {
    fn from_value(part: &Part<'_>) -> Self {
        match part.field::<String>("type").as_str() {
            "started" => Self::Started(Started::from_value(part)),
            "point" => Self::Point(Point::from_value(part)),
            "summary" => Self::Summary(Summary::from_value(part)),
            "warning" => Self::Warning(Warning::from_value(part)),
            "ended" => Self::Ended(Ended::from_value(part)),
            _ => {
                part.note("is no event that is known");
                Self::Ended(Ended::from_value(part))
            }
        }
    }
}

/// `"end"`, or an object with one field, which names the kind.
impl FromValue for Message {
    fn from_value(part: &Part<'_>) -> Self {
        let key = match part.value().as_object() {
            Some(object) => object.keys().next().map_or("", String::as_str),
            None => part.name(),
        };
        match key {
            "hello" => {
                let Hello { epoch, seq } = part.field("hello");
                Self::Hello { epoch, seq }
            }
            "frames" => Self::Frames(part.field("frames")),
            "reset" => {
                let Reset { epoch } = part.field("reset");
                Self::Reset { epoch }
            }
            "heartbeat" => Self::Heartbeat(part.field("heartbeat")),
            "position" => Self::Position(part.field("position")),
            "notice" => Self::Notice(part.field("notice")),
            "end" => Self::End,
            _ => {
                part.note("is no message that is known");
                Self::End
            }
        }
    }
}

struct Hello {
    epoch: u64,
    seq: u64,
}

struct Reset {
    epoch: u64,
}

lean! {
    Hello { epoch, seq }
    Reset { epoch }
}
