//! Guesses are slowed down, whichever door they try, and never at the cost of who has the token.

use crate::session::{TOKEN, closed, log_in};
use crate::site::{Reply, Site};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};

const GUESS: &str = "a guess that is long enough";

async fn bearer(site: &Site, path: &str, token: &str) -> Reply {
    let value = format!("Bearer {token}");
    site.ask(Method::GET, path, None, &[("authorization", &value)])
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_both_doors_are_counted_together() {
    let site = closed(None);
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(log_in(&site, GUESS).await.status.as_u16());
        statuses.push(bearer(&site, "/api/v1/runs", GUESS).await.status.as_u16());
    }
    assert_eq!(statuses, [[401; 8].as_slice(), &[429; 2]].concat());
    let reply = bearer(&site, "/api/v1/runs", GUESS).await;
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (StatusCode::TOO_MANY_REQUESTS, "application/problem+json")
    );
    assert!((1..=6).contains(&reply.header("retry-after").parse::<u64>().unwrap()));
    let page = log_in(&site, GUESS).await;
    assert!(
        page.text().contains("Too many wrong tokens"),
        "{}",
        page.text()
    );
    assert!(page.headers.contains_key("retry-after"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_token_is_let_in_at_any_time() {
    let site = closed(None);
    for _ in 0..20 {
        bearer(&site, "/api/v1/runs", GUESS).await;
    }
    for _ in 0..20 {
        let reply = bearer(&site, "/api/v1/runs", TOKEN).await;
        assert_eq!(reply.status, StatusCode::OK);
    }
    assert_eq!(log_in(&site, TOKEN).await.status, StatusCode::SEE_OTHER);
}

/// Where everyone may look, a right token shows more: a door like the others.
#[tokio::test(flavor = "multi_thread")]
async fn open_paths_are_no_way_around_the_count() {
    let site = closed(None);
    for _ in 0..8 {
        let reply = bearer(&site, "/api/v1/health", GUESS).await;
        assert_eq!(reply.status, StatusCode::OK);
    }
    let reply = bearer(&site, "/api/v1/health", GUESS).await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(site.get("/api/v1/health").await.status, StatusCode::OK);
}

/// What a page of another site makes a browser send, what asks for the page, and what is no token at all, are no tries.
#[tokio::test(flavor = "multi_thread")]
async fn only_wrong_tokens_are_counted() {
    let site = closed(None);
    let form = ("content-type", "application/x-www-form-urlencoded");
    let own = ("origin", "http://localhost:8080");
    let foreign = ("origin", "https://evil.example");
    for _ in 0..12 {
        for (method, headers, body) in [
            (
                Method::POST,
                &[form, foreign][..],
                "token=a-guess-of-a-page",
            ),
            (Method::OPTIONS, &[foreign], ""),
            (Method::OPTIONS, &[own], ""),
            (Method::PUT, &[own], ""),
            (Method::GET, &[], ""),
            (Method::POST, &[form, own], "tokens=x"),
            (Method::POST, &[own], "token=x"),
        ] {
            let mut request = Request::builder()
                .method(method.clone())
                .uri("/login")
                .header("host", "localhost:8080");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let reply = site.send(request.body(Body::from(body)).unwrap()).await;
            assert_ne!(reply.status, StatusCode::UNAUTHORIZED, "{method} {body}");
            assert_ne!(
                reply.status,
                StatusCode::TOO_MANY_REQUESTS,
                "{method} {body}"
            );
        }
        // A session that is over, and another scheme.
        for header in [
            ("cookie", "valleyscope-8080=over"),
            ("authorization", "Basic dGVzdDp0ZXN0"),
        ] {
            let reply = site.ask(Method::GET, "/api/v1/runs", None, &[header]).await;
            assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{header:?}");
        }
    }
    assert_eq!(log_in(&site, GUESS).await.status, StatusCode::UNAUTHORIZED);
}
