//! Who may come in, under which name, from where; and what every answer carries.

use crate::session::{TOKEN, closed, log_in_at};
use crate::site::{Site, spec};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use valleyscope::protect::{FIGURE_POLICY, SECURITY_HEADERS};

/// Every path of the API with something in the place of its parameters, and those beside it.
async fn every_path(site: &Site, id: &str) -> Vec<String> {
    let document = site.get("/api/openapi.json").await.json();
    let fill = |path: &String| {
        path.replace("{id}", id)
            .replace("{row}", "0")
            .replace("{point}", "0")
            .replace("{picture}", "clean.png")
            .replace("{file}", "sharpness.svg")
    };
    let mut paths: Vec<String> = document["paths"]
        .as_object()
        .unwrap()
        .keys()
        .map(fill)
        .collect();
    assert!(paths.len() > 15);
    let beside = [
        "/",
        "/runs/42?y=log",
        "/login",
        "/login.css",
        "/logout",
        "/pkg/nope.js",
        "/api/docs/",
        "/api/openapi.json",
        "/api/nope",
        "/favicon.ico",
    ];
    paths.extend(beside.map(str::to_owned));
    paths
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_security_headers() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let mut statuses = std::collections::BTreeSet::new();
    let mut figures = 0;
    for path in every_path(&site, &id).await {
        for method in [Method::GET, Method::POST, Method::PUT, Method::HEAD] {
            for host in ["localhost", "evil.example"] {
                let reply = site
                    .ask(method.clone(), &path, None, &[("host", host)])
                    .await;
                let header =
                    |name: &str| reply.headers.get(name).map(|value| value.to_str().unwrap());
                let figure =
                    header("content-type").is_some_and(|kind| kind.starts_with("image/svg+xml"));
                figures += usize::from(figure);
                for (name, mut value) in SECURITY_HEADERS {
                    if figure && name == "content-security-policy" {
                        value = FIGURE_POLICY;
                    }
                    assert_eq!(header(name.as_str()), Some(value), "{method} {path} {name}");
                }
                assert!(
                    reply.headers.contains_key("cache-control"),
                    "{method} {path}"
                );
                statuses.insert(reply.status.as_u16());
            }
        }
    }
    assert!(
        [200, 404, 405, 415, 421]
            .iter()
            .all(|status| statuses.contains(status)),
        "{statuses:?}"
    );
    assert!(figures > 0, "a figure is among them");
}

#[test]
fn the_content_security_policy_has_no_wildcard_and_nothing_inline() {
    let policy = SECURITY_HEADERS[0].1;
    assert!(policy.starts_with(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:"
    ));
    assert!(policy.contains("frame-ancestors 'none'"));
    for bad in ["*", "unsafe-inline", "'unsafe-eval'", "http:", "https:"] {
        assert!(!policy.contains(bad), "{bad}");
    }
    // A figure opened by itself runs nothing and fetches nothing; its letters are in it.
    assert_eq!(
        FIGURE_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; font-src data:; frame-ancestors 'none'"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_under_a_foreign_name_are_misdirected() {
    let site = closed(Some("https://lab.example"));
    let bearer = format!("Bearer {TOKEN}");
    for (host, status) in [
        ("lab.example", 200),
        ("localhost:1", 200),
        ("127.0.0.1", 200),
        ("[::1]:8080", 200),
        ("evil.example", 421),
        ("lab.example.evil", 421),
        ("", 421),
    ] {
        let reply = site
            .ask(
                Method::GET,
                "/api/v1/runs",
                None,
                &[("host", host), ("authorization", &bearer)],
            )
            .await;
        assert_eq!(reply.status.as_u16(), status, "{host}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_for_one_name_and_for_ours() {
    let site = Site::new();
    for (line, hosts, status) in [
        ("/api/v1/runs", &["localhost", "evil.example"][..], 400),
        ("/api/v1/runs", &["evil.example", "localhost"], 400),
        ("/api/v1/runs", &["localhost", "localhost"], 400),
        ("/api/v1/runs", &[], 421),
        ("http://evil.example/api/v1/runs", &["localhost"], 421),
        ("http://localhost/api/v1/runs", &["evil.example"], 421),
        ("http://localhost@evil.example/", &["localhost"], 421),
        ("http://localhost:8080/api/v1/runs", &["localhost"], 200),
        ("http://localhost/api/v1/runs", &[], 200),
    ] {
        let mut request = Request::get(line);
        for host in hosts {
            request = request.header("host", *host);
        }
        let reply = site.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status.as_u16(), status, "{line} {hosts:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_token_nothing_but_the_door_is_open() {
    let site = closed(None);
    let bearer = format!("Bearer {TOKEN}");
    let paths = {
        let document = site
            .ask(
                Method::GET,
                "/api/openapi.json",
                None,
                &[("authorization", &bearer)],
            )
            .await
            .json();
        document["paths"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    for path in paths.iter().map(String::as_str).chain([
        "/",
        "/runs/1",
        "/api/docs/",
        "/api/openapi.json",
        "/pkg/index.html",
    ]) {
        let reply = site.get(path).await;
        if path == "/api/v1/health" {
            assert_eq!(
                (reply.status, reply.text().as_str()),
                (StatusCode::OK, "{\"status\":\"ok\"}")
            );
            continue;
        }
        assert_eq!(
            (reply.status, reply.header("www-authenticate")),
            (StatusCode::UNAUTHORIZED, "Bearer"),
            "{path}"
        );
    }
    for path in ["/login", "/login.css"] {
        assert_eq!(site.get(path).await.status, StatusCode::OK, "{path}");
    }
    // A hashed file is not refused; there is none here, so it is not found.
    assert_eq!(
        site.get("/pkg/app-0123456789abcdef.css").await.status,
        StatusCode::NOT_FOUND
    );
    // A browser is led to the door, a script is told.
    let page = site
        .ask(Method::GET, "/runs/1", None, &[("accept", "text/html")])
        .await;
    assert_eq!(
        (page.status, page.header("location")),
        (StatusCode::SEE_OTHER, "/login")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bearer_token_opens_and_only_the_right_one() {
    let site = closed(None);
    for (value, status) in [
        (format!("Bearer {TOKEN}"), 200),
        (format!("bearer {TOKEN}"), 200),
        (format!("Bearer {TOKEN}x"), 401),
        (format!("Bearer {}", &TOKEN[1..]), 401),
        ("Bearer ".to_owned(), 401),
        (format!("Basic {TOKEN}"), 401),
        (TOKEN.to_owned(), 401),
    ] {
        let reply = site
            .ask(
                Method::GET,
                "/api/v1/runs",
                None,
                &[("authorization", &value)],
            )
            .await;
        assert_eq!(reply.status.as_u16(), status, "{value}");
    }
    let in_the_address = format!("/api/v1/runs?token={}", TOKEN.replace(' ', "%20"));
    assert_eq!(
        site.get(&in_the_address).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_a_foreign_page_can_still_change_nothing() {
    let site = Site::new();
    let json = ("content-type", "application/json");
    let foreign = site
        .ask(
            Method::POST,
            "/api/v1/runs",
            Some(&spec("plain")),
            &[json, ("origin", "https://evil.example")],
        )
        .await;
    assert_eq!(
        (foreign.status, &foreign.json()["type"]),
        (StatusCode::FORBIDDEN, &"/problems/foreign-origin".into())
    );
    let own = site
        .ask(
            Method::POST,
            "/api/v1/runs",
            Some(&spec("plain")),
            &[json, ("origin", "http://localhost:8080")],
        )
        .await;
    assert_eq!(own.status, StatusCode::ACCEPTED);
}

#[tokio::test(flavor = "multi_thread")]
async fn websockets_need_the_token_and_an_origin_of_ours() {
    use tokio_tungstenite::connect_async;
    use tokio_tungstenite::tungstenite::client::IntoClientRequest;
    let site = closed(None);
    let address = site.listen().await;
    let own = format!("http://{address}");
    let cookie = log_in_at(&site, TOKEN, &address.to_string(), &own)
        .await
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let bearer = format!("Bearer {TOKEN}");
    let reply = site
        .ask(
            Method::POST,
            "/api/v1/runs",
            Some(&spec("plain")),
            &[
                ("content-type", "application/json"),
                ("authorization", &bearer),
            ],
        )
        .await;
    let id = reply.json()["id"].as_str().unwrap().to_owned();
    for (headers, status) in [
        (vec![], 401),
        (vec![("authorization", bearer.as_str())], 101),
        (
            vec![
                ("authorization", bearer.as_str()),
                ("origin", "https://evil.example"),
            ],
            403,
        ),
        (vec![("cookie", cookie.as_str())], 403),
        (
            vec![
                ("cookie", cookie.as_str()),
                ("origin", "https://evil.example"),
            ],
            403,
        ),
        (
            vec![("cookie", cookie.as_str()), ("origin", own.as_str())],
            101,
        ),
    ] {
        let mut request = format!("ws://{address}/api/v1/runs/{id}/events")
            .into_client_request()
            .unwrap();
        for (name, value) in &headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let got = match connect_async(request).await {
            Ok((_, response)) => response.status().as_u16(),
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => {
                response.status().as_u16()
            }
            Err(error) => panic!("{error}"),
        };
        assert_eq!(got, status, "{headers:?}");
    }
}
