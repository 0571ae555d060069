//! The frontend's files, and its page at every address that is not the API's.

use crate::failure::Failure;
use crate::prefix::Prefix;
use crate::state::State;
use axum::Router;
use axum::extract::{Request, State as Shared};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Response};
use std::convert::Infallible;
use std::io::ErrorKind;
use std::path::Path;
use tower::{ServiceExt, service_fn};
use tower_http::services::{ServeDir, ServeFile};
use valleyscope_shared::problem::Problem;

/// `/pkg/...` and everything that no other route takes.
pub fn routes(state: &State) -> Router<State> {
    let mut router = Router::new();
    if let Some(folder) = &state.pages {
        let files = ServeDir::new(folder)
            .append_index_html_on_directories(false)
            .precompressed_br()
            .precompressed_gzip();
        let files = service_fn(move |request| find(files.clone(), request));
        router = router.nest_service(
            "/pkg",
            tower::ServiceBuilder::new()
                .layer(from_fn(keep))
                .service(files),
        );
    }
    router.fallback(page)
}

/// A file by its path. A name that no file can have, such as one that is too long, is not found either.
async fn find(mut files: ServeDir, request: Request) -> Result<Response, Infallible> {
    Ok(match files.try_call(request).await {
        Ok(response) => response.into_response(),
        Err(error) if is_nowhere(error.kind()) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, "a file of the frontend cannot be read: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    })
}

fn is_nowhere(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NotFound
            | ErrorKind::NotADirectory
            | ErrorKind::PermissionDenied
            | ErrorKind::InvalidFilename
            | ErrorKind::InvalidInput
    )
}

/// Files whose names carry a hash of their content never change.
async fn keep(request: Request, next: Next) -> Response {
    let hashed = is_hashed(request.uri().path());
    let mut response = next.run(request).await;
    if response.status() == StatusCode::OK {
        let value = if hashed {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    }
    response
}

/// Whether a path ends like `name-0123456789abcdef.js` or `0123456789abcdef/name.js`.
pub fn is_hashed(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let (name, folder) = (parts.next().unwrap_or_default(), parts.next());
    let of_name = name
        .split_once('.')
        .and_then(|(stem, _)| stem.rsplit_once('-'))
        .map(|(_, hash)| hash);
    let is_hash =
        |text: &str| text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    [of_name, folder].into_iter().flatten().any(is_hash)
}

/// The page. Its own router shows what the address means, so every address gets it.
async fn page(Shared(state): Shared<State>, request: Request) -> Response {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") || path.starts_with("/pkg/") {
        return StatusCode::NOT_FOUND.into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (
            StatusCode::METHOD_NOT_ALLOWED,
            [(header::ALLOW, "GET, HEAD")],
        )
            .into_response();
    }
    let Some(index) = state
        .pages
        .as_ref()
        .map(|folder| folder.join("index.html"))
        .filter(|index| index.is_file())
    else {
        let detail = "the frontend is not built; `cargo xtask run` builds it, or give its folder with --static-dir. The API works without it";
        return Failure(Problem::new(
            "no-frontend",
            503,
            "The page is not there",
            detail,
        ))
        .into_response();
    };
    let prefix = state.auth.prefix();
    if !prefix.is_empty() {
        return under(&prefix, &index).await;
    }
    match ServeFile::new(index)
        .precompressed_br()
        .precompressed_gzip()
        .oneshot(request)
        .await
    {
        Ok(response) => {
            let mut response = response.into_response();
            response
                .headers_mut()
                .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
            response
        }
        Err(error) => match error {},
    }
}

/// The page with its addresses under the prefix. It is small, and compressed on its way.
async fn under(prefix: &Prefix, index: &Path) -> Response {
    match tokio::fs::read_to_string(index).await {
        Ok(page) => {
            let fresh = [(header::CACHE_CONTROL, "no-cache")];
            (fresh, Html(prefix.in_html(&page))).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the page cannot be read: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_hashed;

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        assert!(is_hashed("/pkg/app-0123456789abcdef.css"));
        assert!(is_hashed("/pkg/0123456789abcdef/app.js"));
        assert!(!is_hashed("/pkg/0123456789abcdef/more/app.js"));
        assert!(!is_hashed("/pkg/index.html"));
        assert!(!is_hashed("/pkg/app-0123.css"));
        assert!(!is_hashed("/pkg/app-0123456789abcdeg.css"));
    }
}
