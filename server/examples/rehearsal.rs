//! The server with the engine of the tests: for working on the page without LibTorch.
//!
//! `cargo run --release -p valleyscope --example rehearsal -- DATA_DIR [PORT]`

#[path = "../tests/support/mod.rs"]
mod support;

use valleyscope::serve::{Serve, serve};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    valleyscope::telemetry::start();
    let mut arguments = std::env::args().skip(1);
    let data_dir = arguments.next().unwrap_or_else(|| "rehearsal.tmp".to_owned()).into();
    let port = arguments.next().map(|port| port.parse()).transpose()?.unwrap_or(8080);
    let options = Serve { host: "127.0.0.1".to_owned(), port, token: None, public_url: None, data_dir, static_dir: None };
    serve(options, support::TestEngine::new()).await
}
