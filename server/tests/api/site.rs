//! A server in a folder of its own, and the shortest way to ask it something.

use crate::engine::TestEngine;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tower::ServiceExt;
use valleyscope::app::app;
use valleyscope::auth::{Auth, Names};
use valleyscope::connection::{self, Limits};
use valleyscope::state::{Options, State};
use valleyscope::store::{Store, StoreError};

pub struct Site {
    pub engine: Arc<TestEngine>,
    pub state: State,
    pub app: Router,
    pub folder: TempDir,
}

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .unwrap_or_else(|| panic!("no header {name}"))
            .to_str()
            .unwrap()
    }

    /// The paths of the fields at fault.
    pub fn fields(&self) -> Vec<String> {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text()
        );
        let problem = self.json();
        problem["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|error| error["path"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// Of a server that asks for no token.
fn open_options() -> Options {
    Options {
        auth: Auth::new(Names::new("127.0.0.1", None), None),
        pages: None,
        cap: 100,
    }
}

impl Site {
    pub fn new() -> Self {
        Self::with(Auth::new(Names::new("127.0.0.1", None), None), 100)
    }

    pub fn with(auth: Auth, cap: usize) -> Self {
        let options = Options {
            auth,
            pages: None,
            cap,
        };
        Self::in_folder(tempfile::tempdir().unwrap(), options)
    }

    /// With a built frontend in this folder.
    pub fn with_pages(folder: &Path) -> Self {
        Self::with_pages_for(folder, open_options().auth)
    }

    /// The same, for those whom these rules let in.
    pub fn with_pages_for(folder: &Path, auth: Auth) -> Self {
        let options = Options {
            pages: Some(folder.to_owned()),
            auth,
            ..open_options()
        };
        Self::in_folder(tempfile::tempdir().unwrap(), options)
    }

    /// A server in a folder that another one left.
    pub fn again(folder: TempDir) -> Self {
        Self::in_folder(folder, open_options())
    }

    fn in_folder(folder: TempDir, options: Options) -> Self {
        let store = open(folder.path());
        let engine = TestEngine::new();
        let state = State::new(store, engine.clone(), options).unwrap();
        Self {
            app: app(state.clone()),
            engine,
            state,
            folder,
        }
    }

    /// Stops the server as a signal would and starts another one in the same folder.
    pub fn restart(self) -> Self {
        Self::again(self.stop())
    }

    /// Stops the server as a signal would, and waits until its threads have let go of the folder.
    pub fn stop(self) -> TempDir {
        self.state.close();
        let folder = self.folder;
        drop((self.state, self.app, self.engine));
        drop(open(folder.path()));
        folder
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Reply {
            status: parts.status,
            headers: parts.headers,
            body: to_bytes(body, usize::MAX).await.unwrap(),
        }
    }

    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        more: &[(&str, &str)],
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if !more.iter().any(|(name, _)| *name == "host") {
            request = request.header(header::HOST, "localhost:8080");
        }
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        let body = body.map_or_else(Body::empty, |json| Body::from(json.to_string()));
        self.send(request.body(body).unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.ask(Method::GET, path, None, &[]).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.ask(
            Method::POST,
            path,
            Some(body),
            &[("content-type", "application/json")],
        )
        .await
    }

    /// Changes what people say of a run.
    pub async fn patch(&self, id: &str, change: &Value) -> Reply {
        self.ask(
            Method::PATCH,
            &format!("/api/v1/runs/{id}"),
            Some(change),
            &[("content-type", "application/json")],
        )
        .await
    }

    /// Creates a run and returns its id.
    pub async fn create(&self, spec: &Value) -> String {
        let reply = self.post("/api/v1/runs", spec).await;
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
        reply.json()["id"].as_str().unwrap().to_owned()
    }

    /// Creates a run, waits for its end and returns its id.
    pub async fn finished(&self, spec: &Value) -> String {
        let id = self.create(spec).await;
        self.ended(&id).await;
        id
    }

    /// Waits until a run has ended and returns it.
    pub async fn ended(&self, id: &str) -> Value {
        self.until(id, |run| {
            !matches!(run["phase"].as_str(), Some("queued" | "running"))
        })
        .await
    }

    /// Waits until something holds of a run.
    pub async fn until(&self, id: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let run = self.get(&format!("/api/v1/runs/{id}")).await.json();
            if holds(&run) {
                return run;
            }
            assert!(Instant::now() < deadline, "it never came to pass: {run}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Binds to a free port and returns the address.
    pub async fn listen(&self) -> SocketAddr {
        self.listen_within(Limits::within(20_000)).await
    }

    /// The same, with limits of one's own.
    pub async fn listen_within(&self, limits: Limits) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(connection::serve(
            listener,
            self.app.clone(),
            limits,
            std::future::pending(),
        ));
        address
    }
}

/// The threads of a server that was just dropped hold the folder for an instant.
fn open(folder: &Path) -> Store {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        match Store::open(folder) {
            Err(StoreError::InUse { .. }) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(10))
            }
            result => return result.unwrap(),
        }
    }
}

/// A run of the test engine: 20 examples, 5 steps, batches of 8.
pub fn spec(model: &str) -> Value {
    json!({
        "model": model,
        "data": { "set": "numbers", "first": 100, "count": 20 },
        "attack": { "pgd": { "epsilon": "8/255", "step_size": "2/255", "steps": 5 } },
        "batch_size": 8,
        "keep_examples": 10
    })
}
