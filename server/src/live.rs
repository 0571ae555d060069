//! Streams of a run's events. A viewer pulls at its own cursor, so one that stalls costs a socket and nothing else.

mod batch;
mod sent;
mod socket;

pub use sent::server_sent;
pub use socket::socket;

/// Waits for the server to stop.
async fn closed(closing: &mut tokio::sync::watch::Receiver<bool>) {
    // The sender lives as long as the server; if it is gone, so is the server.
    let _ = closing.wait_for(|closing| *closing).await;
}
