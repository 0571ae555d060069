//! The documentation of the API: Swagger UI in the app's theme, with a way back to the app.

use crate::prefix::Prefix;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Its page is small.
const MOST: usize = 64 * 1024;

/// The document, and the page that shows it.
pub fn routes<S: Clone + Send + Sync + 'static>(document: OpenApi, prefix: &Prefix) -> Router<S> {
    // The base layout is without the bar at the top, whose logo has an inline style that our content security policy forbids.
    let pages = SwaggerUi::new("/api/docs")
        .url("/api/openapi.json", document)
        .config(Config::from(prefix.address("/api/openapi.json")).use_base_layout());
    let back = prefix.address("/");
    let of = |kind: &'static str, text: &'static str| {
        get(move || async move { ([(header::CONTENT_TYPE, kind)], text) })
    };
    Router::new()
        .merge(pages)
        .layer(from_fn_with_state(back, furnish))
        .route(
            "/api/docs/theme.js",
            of(
                "text/javascript; charset=utf-8",
                include_str!("docs/theme.js"),
            ),
        )
        .route(
            "/api/docs/theme.css",
            of("text/css; charset=utf-8", include_str!("docs/theme.css")),
        )
}

/// Gives the page the theme, and a link to the app at `back`.
async fn furnish(State(back): State<String>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_page || response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(page) = to_bytes(body, MOST).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    let page = String::from_utf8_lossy(&page);
    let head =
        "<link rel=\"stylesheet\" href=\"./theme.css\"><script src=\"./theme.js\"></script></head>";
    let top = format!("<body><nav class=\"back\"><a href=\"{back}\">Valleyscope</a> API</nav>");
    let page = page
        .replacen("</head>", head, 1)
        .replacen("<body>", &top, 1);
    Response::from_parts(parts, Body::from(page))
}
