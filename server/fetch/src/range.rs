//! The headers of HTTP about a part of a file: RFC 9110, section 14.

use ureq::http::HeaderMap;

/// What `Content-Range` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ContentRange {
    /// The first byte that is sent.
    pub start: u64,
    /// The length of the whole file, where the server knows it.
    pub total: Option<u64>,
}

/// Reads `bytes 100-199/1000`, or `bytes 100-199/*`.
pub(crate) fn parse(text: &str) -> Option<ContentRange> {
    let (range, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = range.trim().split_once('-')?;
    Some(ContentRange {
        start: start.trim().parse().ok()?,
        total: match total.trim() {
            "*" => None,
            total => Some(total.parse().ok()?),
        },
    })
}

/// A header as text.
pub(crate) fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?;
    Some(text.trim().to_owned())
}

/// What tells later whether the file is still the same: a strong entity tag, else when it was changed.
///
/// RFC 9110, section 13.1.5: a weak tag must not stand in `If-Range`.
pub(crate) fn validator(headers: &HeaderMap) -> Option<String> {
    let strong = text(headers, "etag").filter(|tag| tag.starts_with('"'));
    strong.or_else(|| text(headers, "last-modified"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_ranges_are_read() {
        let range = |start, total| Some(ContentRange { start, total });
        assert_eq!(parse("bytes 5-9/10"), range(5, Some(10)));
        assert_eq!(parse("bytes 5-9/*"), range(5, None));
        for wrong in ["", "bytes */10", "items 0-1/2", "bytes 5-9", "bytes a-b/c"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_weak_tag_is_no_validator() {
        let mut headers = HeaderMap::new();
        headers.insert("etag", "W/\"a\"".parse().unwrap());
        assert_eq!(validator(&headers), None);
        let date = "Sat, 01 Jan 2022 00:00:00 GMT";
        headers.insert("last-modified", date.parse().unwrap());
        assert_eq!(validator(&headers).as_deref(), Some(date));
        headers.insert("etag", "\"a\"".parse().unwrap());
        assert_eq!(validator(&headers).as_deref(), Some("\"a\""));
    }
}
