//! Files that become models: `POST /api/v1/models`, and `/api/v1/additions`.

use super::create::json_text;
use super::query::Query;
use crate::adding::jobs::Job;
use crate::adding::{Order, Program, Words, workplace};
use crate::disk;
use crate::failure::{Answer, Failure};
use crate::state::State;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt};
use serde::Deserialize;
use std::convert::Infallible;
use std::path::PathBuf;
use tokio::io::AsyncWriteExt;
use valleyscope_engine::error::Error;
use valleyscope_engine::model::Wanted;
use valleyscope_shared::adding::{Addition, Choice, LARGEST_FILE, said};
use valleyscope_shared::problem::Problem;

/// What is known of a file.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// What the file is called.
    #[param(max_length = 200)]
    file: Option<String>,
    /// The data set on whose first images candidates are compared; the only registered one that fits when left out.
    data: Option<String>,
    /// How many images that are; 500 when left out.
    #[param(minimum = 1, maximum = 100000)]
    images: Option<usize>,
    /// The normalisation: `none`, `imagenet`, `cifar10`, or MEAN/STD; every usual one is tried when left out.
    normalisation: Option<String>,
    /// Only this family: `resnet`.
    arch: Option<String>,
    /// Untold options, separated by semicolons: `shortcut=both;heads=3`.
    assume: Option<String>,
    /// The shape of an image: `3x32x32`.
    input: Option<String>,
    /// The part of the file that is meant: `ema`.
    part: Option<String>,
}

/// Sends a file with weights, which is read, recognised and compared with images; ask for its standing until it is ready, then choose.
///
/// The body is the file itself, up to 1 GiB. Nothing in it is executed.
#[utoipa::path(post, path = "/api/v1/models", operation_id = "add_model", tag = "catalogue", params(Known),
    request_body(content = super::document::Bytes, content_type = "application/octet-stream", description = "The file"),
    responses(
        (status = 202, body = Addition, headers(("Location" = String, description = "Where its standing is"))),
        (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem), (status = 507, body = Problem)))]
pub async fn add(
    Shared(state): Shared<State>,
    Query(known): Query<Known>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Response> {
    is_binary(&headers)?;
    let data_dir = data_dir(&state)?;
    let mut order = order(&known)?;
    state.additions.has_room()?;
    let length = headers.get(header::CONTENT_LENGTH);
    let length: Option<u64> = length.and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|length| length > LARGEST_FILE) {
        return Err(too_large());
    }
    // Twice: the file, and the tensors that are taken out of it.
    disk::check(state.store.folder(), 2 * length.unwrap_or(0))?;
    let folder = workplace(&data_dir).map_err(|error| failed(&error))?;
    order.file = folder.path().join("sent");
    receive(body, &order.file).await?;
    let job = state
        .blocking(move |state| Ok(state.additions.begin(data_dir, folder, order)?))
        .await?;
    let place = format!("/api/v1/additions/{}", job.id);
    Ok((
        StatusCode::ACCEPTED,
        [(header::LOCATION, place)],
        Json(job.view()),
    )
        .into_response())
}

/// Every file that is on its way to becoming a model.
#[utoipa::path(get, path = "/api/v1/additions", operation_id = "additions", tag = "catalogue",
    responses((status = 200, body = Vec<Addition>)))]
pub async fn list(Shared(state): Shared<State>) -> Json<Vec<Addition>> {
    Json(state.additions.all())
}

/// How far a file is, and what it was understood as.
#[utoipa::path(get, path = "/api/v1/additions/{id}", operation_id = "addition", tag = "catalogue",
    params(("id" = String, Path, description = "The file's id")),
    responses((status = 200, body = Addition), (status = 404, body = Problem)))]
pub async fn read(Shared(state): Shared<State>, Path(id): Path<String>) -> Answer<Json<Addition>> {
    Ok(Json(state.additions.job(&id)?.view()))
}

/// The same as server-sent events, one whenever it has come further, until nothing more comes by itself.
#[utoipa::path(get, path = "/api/v1/additions/{id}/events", operation_id = "addition_events", tag = "catalogue",
    params(("id" = String, Path, description = "The file's id")),
    responses((status = 200, content_type = "text/event-stream", body = String), (status = 404, body = Problem)))]
pub async fn events(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
) -> Answer<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let job = state.additions.job(&id)?;
    Ok(Sse::new(followed(job)).keep_alive(KeepAlive::default()))
}

fn followed(job: std::sync::Arc<Job>) -> impl Stream<Item = Result<Event, Infallible>> {
    let mut watch = job.watch();
    watch.mark_changed();
    futures_util::stream::unfold(Some(watch), |watch| async move {
        let mut watch = watch?;
        watch.changed().await.ok()?;
        let view = watch.borrow_and_update().clone();
        let event = Event::default().json_data(&view).ok()?;
        // The last one says how it ended.
        let next = (!view.rests()).then_some(watch);
        Some((Ok(event), next))
    })
}

/// Makes a candidate of a file a model.
#[utoipa::path(post, path = "/api/v1/additions/{id}/choose", operation_id = "choose_candidate", tag = "catalogue", request_body = Choice,
    params(("id" = String, Path, description = "The file's id")),
    responses((status = 200, body = Addition), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn choose(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Json<Addition>> {
    // What is not there is said first, whatever is asked of it.
    state.additions.job(&id)?;
    let text = json_text(&headers, &body)?;
    let choice: Choice = serde_json::from_str(text)
        .map_err(|error| Failure::field("", format!("this is no choice: {error}")))?;
    let data_dir = data_dir(&state)?;
    let words = Words {
        title: choice.title,
        licence: said(choice.licence.as_deref())?,
    };
    let chosen = move |state: &State| {
        let job = state.additions.job(&id)?;
        let name = choice.name.unwrap_or_else(|| job.view().name);
        let view = job.choose(&data_dir, choice.number, &name, &words)?;
        tracing::info!(model = name, "model {name} was added");
        Ok(Json(view))
    };
    state.blocking(chosen).await
}

/// Gives a file up: it is stopped and forgotten. The model that it may have become stays.
#[utoipa::path(delete, path = "/api/v1/additions/{id}", operation_id = "give_up_addition", tag = "catalogue",
    params(("id" = String, Path, description = "The file's id")),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn give_up(Shared(state): Shared<State>, Path(id): Path<String>) -> Answer<StatusCode> {
    let done = move |state: &State| Ok(state.additions.give_up(&id)?);
    state.blocking(done).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn data_dir(state: &State) -> Answer<PathBuf> {
    let folder = state.engine.models();
    folder.ok_or_else(|| Failure(Problem::internal("this server keeps no models")))
}

/// What is known, in the engine's terms; a field that does not hold is named.
fn order(known: &Known) -> Answer<Order> {
    let named = |error: Error| match error {
        Error::Setting {
            field,
            value,
            expected,
        } => Failure::field(field, format!("{value} is not possible; {expected}")),
        other => Failure::field("", other.to_string()),
    };
    let assumed = known.assume.as_deref().unwrap_or_default().split(';');
    let assumed: Vec<&str> = assumed.filter(|text| !text.trim().is_empty()).collect();
    let normalisation = known.normalisation.as_deref().map(str::parse).transpose();
    Ok(Order {
        file: PathBuf::new(),
        called: called(known.file.as_deref().unwrap_or_default()),
        wanted: Wanted::told(known.arch.as_deref(), known.input.as_deref(), &assumed)
            .map_err(named)?,
        normalisation: normalisation.map_err(named)?,
        part: known.part.clone(),
        data: known.data.clone(),
        images: known.images.map(|images| images.clamp(1, 100_000)),
        // Whoever may send a file may not therefore run one here.
        program: Program::Refused,
    })
}

/// The last part of a path, as some browsers send it, without what no name has.
fn called(file: &str) -> String {
    let last = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|letter| !letter.is_control())
        .take(200)
        .collect();
    match plain.is_empty() {
        true => "a file".to_owned(),
        false => plain,
    }
}

/// A file is sent as what it is; forms of other sites cannot say so.
fn is_binary(headers: &HeaderMap) -> Answer<()> {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.eq_ignore_ascii_case("application/octet-stream") {
        return Ok(());
    }
    let shown: String = kind.chars().take(80).collect();
    Err(Failure(Problem::new(
        "not-binary",
        415,
        "The request is not a file",
        format!(
            "the content type is \"{shown}\"; send the file itself as application/octet-stream"
        ),
    )))
}

fn too_large() -> Failure {
    Failure(Problem::new(
        "too-large",
        413,
        "The file is too large",
        format!("files up to {} GiB are read", LARGEST_FILE >> 30),
    ))
}

fn failed(error: &std::io::Error) -> Failure {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    Failure(match error.kind() {
        StorageFull | QuotaExceeded => Problem::new(
            "disk-full",
            507,
            "The disk is full",
            "the file cannot be kept: the disk is full",
        ),
        _ => Problem::internal(format!("the file cannot be kept: {error}")),
    })
}

/// Writes a body to a file as it comes.
async fn receive(body: Body, path: &std::path::Path) -> Answer<()> {
    let mut file = tokio::fs::File::create(path)
        .await
        .map_err(|error| failed(&error))?;
    let mut parts = body.into_data_stream();
    let mut length = 0u64;
    while let Some(part) = parts.next().await {
        let part = part.map_err(|error| {
            Failure(Problem::new(
                "cut-off",
                400,
                "The file did not come whole",
                error.to_string(),
            ))
        })?;
        length += part.len() as u64;
        if length > LARGEST_FILE {
            return Err(too_large());
        }
        file.write_all(&part)
            .await
            .map_err(|error| failed(&error))?;
    }
    file.flush().await.map_err(|error| failed(&error))?;
    match length {
        0 => Err(Failure::field(
            "",
            "the request has no body; send the file itself",
        )),
        _ => Ok(()),
    }
}
