//! The frontend's files, and its page at every address that is not the API's.

use crate::failure::Failure;
use crate::prefix::Prefix;
use crate::state::State;
use axum::Router;
use axum::extract::{Request, State as Shared};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Response};
use std::collections::HashMap;
use std::convert::Infallible;
use std::io::ErrorKind;
use std::path::Path;
use tower::service_fn;
use tower_http::services::ServeDir;
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
    match shown(&index, path, &state.auth.prefix()).await {
        Ok(page) => ([(header::CACHE_CONTROL, "no-cache")], Html(page)).into_response(),
        Err(error) => {
            tracing::error!(%error, "the page cannot be read: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The page with what `path` needs of the frontend asked for at once, and its addresses under the prefix.
/// It is small, and compressed on its way.
async fn shown(index: &Path, path: &str, prefix: &Prefix) -> std::io::Result<String> {
    let page = tokio::fs::read_to_string(index).await?;
    // Folders that were packed otherwise have no such list.
    let pieces = tokio::fs::read(index.with_file_name(PIECES)).await;
    let pieces = pieces.map(|list| serde_json::from_slice(&list).unwrap_or_default());
    let hints = hints(path, &pieces.unwrap_or_default());
    let page = page.replacen("</head>", &format!("{hints}</head>"), 1);
    Ok(prefix.in_html(&page))
}

/// Which files the pieces of the frontend have, by the names of the pieces, as `xtask/web` writes it.
const PIECES: &str = ".pages.json";

/// The pieces by the beginnings and ends of the addresses that show them, as `frontend/src/routes.rs` cuts them.
const SHOWN_AT: [(&str, &str, &str); 12] = [
    ("/runs/", "/theory", "content"),
    ("/runs/", "/landscape", "content"),
    ("/runs/", "/curvature", "asking"),
    ("/runs/", "", "run_route"),
    ("/runs", "", "runs_route"),
    ("/compare", "", "compare_route"),
    ("/batches/", "", "batch_route"),
    ("/attacks", "", "asking"),
    ("/new", "", "asking"),
    ("/models", "", "reading"),
    ("/additions/", "", "reading"),
    ("/definitions", "", "reading"),
];

/// Hints to fetch the files of what an address shows while the frontend starts, which else asks for them only then.
fn hints(path: &str, pieces: &HashMap<String, Vec<String>>) -> String {
    let is_at =
        |(begin, end, _): &&(&str, &str, &str)| path.starts_with(begin) && path.ends_with(end);
    let shown = SHOWN_AT.iter().find(is_at);
    let files = shown.and_then(|(.., piece)| pieces.get(*piece));
    let hint = |file: &String| match file.ends_with(".js") {
        true => format!("<link rel=\"modulepreload\" href=\"/pkg/{file}\">\n"),
        false => {
            format!("<link rel=\"preload\" href=\"/pkg/{file}\" as=\"fetch\" crossorigin>\n")
        }
    };
    files.into_iter().flatten().map(hint).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_asks_for_its_own_piece_and_no_other() {
        let piece = |name: &str, file: &str| (name.to_owned(), vec![file.to_owned()]);
        let pieces = [
            piece("run_route", "run.wasm"),
            piece("runs_route", "runs.wasm"),
            piece("content", "content.wasm"),
            piece("asking", "asking.wasm"),
        ];
        let pieces = HashMap::from(pieces);
        let run = "<link rel=\"preload\" href=\"/pkg/run.wasm\" as=\"fetch\" crossorigin>\n";
        assert_eq!(hints("/runs/7", &pieces), run);
        assert!(hints("/runs", &pieces).contains("runs.wasm"));
        for (address, own) in [
            ("/runs/7/theory", "content.wasm"),
            ("/runs/7/landscape", "content.wasm"),
            ("/runs/7/curvature", "asking.wasm"),
        ] {
            let hints = hints(address, &pieces);
            assert!(
                hints.contains(own) && !hints.contains("run.wasm"),
                "{hints}"
            );
        }
        let script = HashMap::from([piece("run_route", "link.js")]);
        let link = "<link rel=\"modulepreload\" href=\"/pkg/link.js\">\n";
        assert_eq!(hints("/runs/7", &script), link);
        assert_eq!(hints("/", &pieces), "");
        assert_eq!(hints("/models", &pieces), "");
    }

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
