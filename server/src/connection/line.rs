//! The wire of a connection.

use super::room::Place;
use socket2::{SockRef, TcpKeepalive};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_io_timeout::TimeoutStream;

/// After this long without a sign of life the system asks for one.
const QUIET: Duration = Duration::from_secs(60);
/// How often it asks.
const ASKS: Duration = Duration::from_secs(15);

/// A stream that breaks off when nobody takes what is written; it holds its place as long as it lives, as a websocket too.
pub struct Line {
    stream: Pin<Box<TimeoutStream<TcpStream>>>,
    _place: Arc<Place>,
}

impl Line {
    pub fn new(stream: TcpStream, patience: Duration, place: Arc<Place>) -> Self {
        // A socket that takes no options works without them.
        let _ = stream.set_nodelay(true);
        let _ = notice_the_dead(&stream);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(patience));
        Self {
            stream: Box::pin(stream),
            _place: place,
        }
    }
}

/// Has the system find out about clients that went without a word.
fn notice_the_dead(stream: &TcpStream) -> io::Result<()> {
    let socket = SockRef::from(stream);
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(QUIET).with_interval(ASKS))?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(2 * QUIET))?;
    Ok(())
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_read(context, to)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream.as_mut().poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream.as_mut().poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_shutdown(context)
    }
}
