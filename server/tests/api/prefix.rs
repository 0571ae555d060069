//! Behind a proxy that shows the server under a path, whether it takes the path away or hands it on.

use crate::session::TOKEN;
use crate::site::{Reply, Site, spec};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use futures_util::StreamExt;
use tempfile::TempDir;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use valleyscope::auth::{Auth, Names};
use valleyscope_shared::api::Message;

const PUBLIC: &str = "https://lab.example/valleyscope";
/// What requests begin with where the proxy takes the path away, and where it hands it on.
const WAYS: [&str; 2] = ["", "/valleyscope"];

fn auth(token: Option<&str>) -> Auth {
    let public = PUBLIC.parse().ok();
    Auth::new(Names::new("127.0.0.1", public), token)
}

fn open() -> Site {
    Site::with(auth(None), 100)
}

const INDEX: &str = r#"<html data-base="/"><link href="/pkg/app-0123456789abcdef.css">"#;

fn with_page() -> (Site, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), INDEX).unwrap();
    let style = folder.path().join("app-0123456789abcdef.css");
    std::fs::write(style, "a{}").unwrap();
    let site = Site::with_pages_for(folder.path(), auth(None));
    (site, folder)
}

async fn log_in(site: &Site, way: &str) -> Reply {
    let request = Request::post(format!("{way}/login"))
        .header("host", "lab.example")
        .header("origin", "https://lab.example")
        .header("content-type", "application/x-www-form-urlencoded");
    let form = format!("token={}", TOKEN.replace(' ', "+"));
    site.send(request.body(Body::from(form)).unwrap()).await
}

/// Asks as a browser does for a page.
async fn visit(site: &Site, path: &str) -> Reply {
    let headers = [("host", "lab.example"), ("accept", "text/html")];
    site.ask(Method::GET, path, None, &headers).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_run_is_found_at_its_public_address() {
    let site = open();
    for way in WAYS {
        let reply = site
            .post(&format!("{way}/api/v1/runs"), &spec("plain"))
            .await;
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
        let location = reply.header("location").to_owned();
        assert!(
            location.starts_with("/valleyscope/api/v1/runs/"),
            "{location}"
        );
        assert_eq!(site.get(&location).await.status, StatusCode::OK);
        let inside = location.strip_prefix("/valleyscope").unwrap();
        assert_eq!(site.get(inside).await.status, StatusCode::OK);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_login_and_its_cookie_keep_to_the_prefix() {
    let site = Site::with(auth(Some(TOKEN)), 100);
    for way in WAYS {
        let refused = visit(&site, &format!("{way}/runs?sort=title")).await;
        assert_eq!(refused.status, StatusCode::SEE_OTHER);
        assert_eq!(refused.header("location"), "/valleyscope/login");
        let page = visit(&site, &format!("{way}/login")).await;
        assert_eq!(page.status, StatusCode::OK);
        for bare in ["href=\"/", "action=\"/"] {
            assert!(!page.text().contains(bare), "{}", page.text());
        }
        // A browser asks for /favicon.ico, which is outside, where a page has no icon of its own.
        assert!(page.text().contains("rel=\"icon\" href=\"data:"));
        let style = visit(&site, &format!("{way}/login.css")).await;
        assert_eq!(style.status, StatusCode::OK);

        let reply = log_in(&site, way).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
        assert_eq!(reply.header("location"), "/valleyscope/");
        let cookie = reply.header("set-cookie").to_owned();
        assert!(cookie.starts_with("valleyscope.valleyscope="), "{cookie}");
        assert!(cookie.contains("; Path=/valleyscope;"), "{cookie}");
        assert!(cookie.ends_with("; Secure"), "{cookie}");

        let shown = cookie.split(';').next().unwrap();
        let mut headers = vec![("host", "lab.example"), ("cookie", shown)];
        let list = format!("{way}/api/v1/runs");
        let reply = site.ask(Method::GET, &list, None, &headers).await;
        assert_eq!(reply.status, StatusCode::OK);
        headers.push(("origin", "https://lab.example"));
        let out = site
            .ask(Method::POST, &format!("{way}/logout"), None, &headers)
            .await;
        assert_eq!(out.header("location"), "/valleyscope/login");
        assert!(out.header("set-cookie").contains("; Path=/valleyscope;"));
        assert!(out.header("set-cookie").contains("; Max-Age=0"));
    }
    let refused = site.get("/valleyscope/api/v1/runs").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(
        refused.text().contains("/valleyscope/login"),
        "{}",
        refused.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn other_origins_stay_foreign() {
    let site = open();
    for (origin, status) in [
        ("https://lab.example", StatusCode::ACCEPTED),
        ("http://lab.example:81", StatusCode::FORBIDDEN),
        ("https://evil.example", StatusCode::FORBIDDEN),
    ] {
        let headers = [
            ("host", "lab.example"),
            ("origin", origin),
            ("content-type", "application/json"),
        ];
        let path = "/valleyscope/api/v1/runs";
        let reply = site
            .ask(Method::POST, path, Some(&spec("plain")), &headers)
            .await;
        assert_eq!(reply.status, status, "{origin}: {}", reply.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documentation_tells_the_public_address() {
    let site = open();
    for way in WAYS {
        let document = site.get(&format!("{way}/api/openapi.json")).await.json();
        assert_eq!(document["servers"][0]["url"], "/valleyscope");
        let docs = site.get(&format!("{way}/api/docs")).await;
        assert_eq!(docs.header("location"), "/valleyscope/api/docs/");
        let page = site.get(&format!("{way}/api/docs/")).await.text();
        // The way back to the app is the only address from the root.
        let rest = page.replacen("href=\"/valleyscope/\"", "", 1);
        assert_ne!(rest, page);
        assert!(
            !rest.contains("href=\"/") && !rest.contains("src=\"/"),
            "{page}"
        );
        let script = format!("{way}/api/docs/swagger-initializer.js");
        let script = site.get(&script).await.text();
        assert!(
            script.contains("\"/valleyscope/api/openapi.json\""),
            "{script}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_and_what_it_loads_are_under_the_prefix() {
    let (site, _folder) = with_page();
    for way in WAYS {
        for path in ["/", "/runs", "/runs/some?y=log"] {
            let page = visit(&site, &format!("{way}{path}")).await;
            assert_eq!(page.status, StatusCode::OK, "{way}{path}");
            assert!(page.text().contains("data-base=\"/valleyscope/\""));
            assert!(page.text().contains("href=\"/valleyscope/pkg/app-"));
            assert_eq!(page.header("cache-control"), "no-cache");
        }
        let style = format!("{way}/pkg/app-0123456789abcdef.css");
        let style = site.get(&style).await;
        assert_eq!(style.text(), "a{}");
        assert!(style.header("cache-control").contains("immutable"));
        let nothing = site.get(&format!("{way}/api/v1/nothing")).await;
        assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(visit(&site, "/valleyscope").await.status, StatusCode::OK);
    let headers = [("host", "lab.example")];
    let wrong = site
        .ask(Method::DELETE, "/valleyscope/runs", None, &headers)
        .await;
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_a_prefix_is_as_it_was_built() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), INDEX).unwrap();
    let site = Site::with_pages(folder.path());
    assert_eq!(site.get("/runs").await.text(), INDEX);
    let document = site.get("/api/openapi.json").await.json();
    assert!(document.get("servers").is_none(), "{document}");
}

#[tokio::test(flavor = "multi_thread")]
async fn links_between_definitions_are_under_the_prefix() {
    let site = open();
    for way in WAYS {
        let path = format!("{way}/api/v1/definitions/features");
        let headers = [("host", "lab.example"), ("accept", "text/html")];
        let html = site.ask(Method::GET, &path, None, &headers).await.text();
        assert!(html.contains("href=\"/valleyscope/definitions/"), "{html}");
        assert!(!html.contains("href=\"/definitions/"), "{html}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_followed_over_a_websocket_either_way() {
    let site = open();
    let id = site.finished(&spec("plain")).await;
    let address = site.listen().await;
    for way in WAYS {
        let url = format!("ws://{address}{way}/api/v1/runs/{id}/events?after=0");
        let mut request = url.into_client_request().unwrap();
        let origin = "https://lab.example".parse().unwrap();
        request.headers_mut().insert("origin", origin);
        let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        let first = socket.next().await.unwrap().unwrap();
        let first: Message = serde_json::from_str(first.to_text().unwrap()).unwrap();
        assert!(matches!(first, Message::Hello { .. }), "{first:?}");
    }
}
