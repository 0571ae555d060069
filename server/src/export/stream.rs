//! Files that are sent while they are written, so that a large one never lies in memory.

use axum::body::{Body, Bytes};
use futures_util::StreamExt;
use futures_util::stream::unfold;
use std::io::{self, Write};
use tokio::sync::mpsc;

/// The size of one piece.
const PIECE: usize = 64 * 1024;

/// A body that is whatever `write` writes, on a thread of its own.
///
/// When writing fails in the middle, the connection breaks off, so that no one takes half a file for a whole one.
pub fn streamed(write: impl FnOnce(&mut dyn Write) -> io::Result<()> + Send + 'static) -> Body {
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(4);
    tokio::task::spawn_blocking(move || {
        let mut pieces = io::BufWriter::with_capacity(PIECE, Pieces(sender.clone()));
        let written = write(&mut pieces).and_then(|()| pieces.flush());
        if let Err(error) = written {
            // The reader may be gone, which is most often why it failed.
            let _ = sender.blocking_send(Err(error));
        }
    });
    // Compression asks once more after the end, which only a fused stream survives.
    Body::from_stream(
        unfold(receiver, |mut receiver| async move {
            receiver.recv().await.map(|piece| (piece, receiver))
        })
        .fuse(),
    )
}

struct Pieces(mpsc::Sender<io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Bytes::copy_from_slice(bytes);
        self.0
            .blocking_send(Ok(piece))
            .map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
