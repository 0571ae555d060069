//! The table of contents: every route, and what every request passes through.

use crate::state::State;
use crate::{api, auth, docs, page, protect};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};
use tower_http::trace::TraceLayer;

/// The largest body of a request. The largest honest one names 100,000 images by index.
const MOST_BODY: usize = 2 * 1024 * 1024;
/// The longest that an answer may take to begin; streams go on after that.
const LONGEST: Duration = Duration::from_secs(60);

/// The longest wait for more of a request's body.
const STALLED_BODY: Duration = Duration::from_secs(10);

/// Everything that the server answers.
pub fn app(state: State) -> Router {
    let prefix = state.auth.prefix();
    let (api, document) = api::described(&prefix);
    let answers = Router::new()
        .merge(docs::routes(document, &prefix))
        .merge(auth::login_routes())
        .merge(page::routes(&state))
        .layer(in_time())
        .merge(api)
        .with_state(state.clone());
    let answers = answers
        .layer(CompressionLayer::new())
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .layer(RequestBodyTimeoutLayer::new(STALLED_BODY))
        .layer(from_fn_with_state(state, auth::guard))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(protect::explain))
        .layer(from_fn(protect::add_headers))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid));
    prefix.mount(answers)
}

/// Answers 408 where an answer does not begin in time.
pub fn in_time() -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, LONGEST)
}

/// What a request's log lines say of it. Queries and headers stay out: they may hold what is nobody's business.
fn span(request: &Request) -> tracing::Span {
    let id = request
        .headers()
        .get("x-request-id")
        .and_then(|id| id.to_str().ok())
        .unwrap_or_default();
    tracing::debug_span!("request", id, method = %request.method(), path = request.uri().path())
}
