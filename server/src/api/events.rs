//! `GET /api/v1/runs/{id}/events`: one log, three doors.

use super::query::Query;
use crate::failure::{Answer, Failure};
use crate::live;
use crate::log::{Cursor, Feed};
use crate::state::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use valleyscope_shared::api::{EventPage, Message};
use valleyscope_shared::problem::Problem;

/// The most entries of one answer to a poll.
const MOST: usize = 512;

/// From where, and how many.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct After {
    /// The cursor `epoch:seq` of the last entry seen; from the beginning when left out.
    #[param(pattern = r"^(0|[0-9]{1,18}:[0-9]{1,18})$")]
    after: Option<String>,
    /// How many entries at most, 1 to 512; for polling only.
    #[param(minimum = 1, maximum = 512)]
    limit: Option<usize>,
}

/// The events of a run after a cursor.
///
/// With a websocket upgrade, and with `Accept: text/event-stream`, a stream that lasts until the run has ended: messages, or events whose id is the cursor.
/// Otherwise what is there now, as JSON, or with `Accept: application/x-ndjson` one frame a line.
#[utoipa::path(get, path = "/api/v1/runs/{id}/events", tag = "runs",
    params(("id" = String, Path, description = "The run's id"), After,
        ("Last-Event-ID" = Option<String>, Header, pattern = r"^(0|[0-9]{1,18}:[0-9]{1,18})$", description = "The cursor, as a browser's EventSource sends it when it reconnects")),
    responses(
        (status = 101, description = "Messages over a websocket", body = Message),
        (status = 200, description = "What is there now", content((EventPage = "application/json"), (String = "application/x-ndjson"), (String = "text/event-stream"))),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn events(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    Query(after): Query<After>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Answer<Response> {
    let cursor = |name: &str, given: Option<&str>| {
        let cursor = given.map(str::parse::<Cursor>).transpose();
        cursor.map_err(|message| Failure::field(name, message))
    };
    let asked = cursor("after", after.after.as_deref())?;
    // What cannot be read as text is no cursor either.
    let last = headers
        .get("last-event-id")
        .map(|id| id.to_str().unwrap_or("?"));
    // A browser that reconnects sends both, and the address is where it began.
    let cursor = cursor("Last-Event-ID", last)?.or(asked);
    let limit = after.limit.unwrap_or(MOST);
    if !(1..=MOST).contains(&limit) {
        return Err(Failure::field(
            "limit",
            format!("{limit} is not from 1 to {MOST}"),
        ));
    }
    let (run, feed) = state
        .blocking(move |state| {
            let row = state.run(&id)?;
            let feed = state.log.feed(&row)?;
            Ok((row.id, feed))
        })
        .await?;
    if let Ok(upgrade) = upgrade {
        return Ok(live::socket(upgrade, state, run, feed, cursor));
    }
    let accepts = |kind: &str| {
        headers
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains(kind))
    };
    let cursor = cursor.unwrap_or(Cursor::START);
    if accepts("text/event-stream") {
        return Ok(live::server_sent(state, run, feed, cursor));
    }
    page(&feed, cursor, limit, accepts("application/x-ndjson")).await
}

/// What is there now. A cursor that does not hold is answered from the beginning: the page's epoch and first entry say so.
async fn page(feed: &Feed, cursor: Cursor, limit: usize, lines: bool) -> Answer<Response> {
    let epoch = feed.epoch();
    let from = if cursor.holds(epoch, feed.last()) {
        cursor.seq
    } else {
        0
    };
    let entries = feed.after(from, limit).await?;
    let seq = entries.last().map_or(from, |entry| entry.seq);
    let next = Cursor {
        epoch: Some(epoch),
        seq,
    };
    let frames: Vec<&str> = entries.iter().map(|entry| &*entry.json).collect();
    if lines {
        let text = frames
            .iter()
            .flat_map(|frame| [frame, "\n"])
            .collect::<String>();
        let headers = [
            (header::CONTENT_TYPE, "application/x-ndjson".to_owned()),
            (header::LINK, format!("<?after={next}>; rel=\"next\"")),
        ];
        return Ok((headers, text).into_response());
    }
    // The frames are JSON already; the rest of the document is put around them.
    let json = format!(
        "{{\"epoch\":{epoch},\"frames\":[{}],\"cursor\":\"{next}\",\"ended\":{}}}",
        frames.join(","),
        feed.ends_at(seq)
    );
    Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response())
}
