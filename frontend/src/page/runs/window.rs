//! Which rows of a long table are near the part of the page that is seen.

use leptos::ev;
use leptos::html::Tbody;
use leptos::prelude::*;
use leptos_use_event_listener::use_event_listener;
use web_sys::HtmlTableSectionElement;

/// Rows drawn beyond the edge of the window on either side.
const BEYOND: usize = 12;
/// Never more rows than this, however large the window.
const MOST: usize = 90;
/// What a row is high before one was measured.
const HEIGHT: f64 = 49.0;

/// The rows that are drawn: from, to, and the height of one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    pub from: usize,
    pub to: usize,
    pub height: f64,
}

/// Follows the scrolling of the page over a table body of `count` rows.
pub fn span(body: NodeRef<Tbody>, count: Memo<usize>) -> Memo<Span> {
    let moved = RwSignal::new(());
    let _ = use_event_listener(window(), ev::scroll, move |_| moved.notify());
    let _ = use_event_listener(window(), ev::resize, move |_| moved.notify());
    Memo::new(move |_| {
        moved.track();
        let count = count.get();
        let (top, height) = body.get().map_or((0.0, HEIGHT), |body| measure(&body));
        visible(top, height, screen(), count)
    })
}

fn measure(body: &HtmlTableSectionElement) -> (f64, f64) {
    let row = body.query_selector("tr[data-row]").ok().flatten();
    let height = row.map_or(0.0, |row| row.get_bounding_client_rect().height());
    let top = body.get_bounding_client_rect().top();
    (top, if height > 1.0 { height } else { HEIGHT })
}

fn screen() -> f64 {
    let height = window().inner_height().ok();
    height.and_then(|height| height.as_f64()).unwrap_or(800.0)
}

/// The rows seen through a window of height `screen` when the first one is at `top`.
fn visible(top: f64, height: f64, screen: f64, count: usize) -> Span {
    let above = (-top / height).max(0.0) as usize;
    // In steps of half the margin, so that most scrolling changes nothing.
    let step = BEYOND / 2;
    let from = above.saturating_sub(BEYOND) / step * step;
    let from = from.min(count.saturating_sub(1));
    let fit = (screen / height).ceil() as usize + 2 * BEYOND + step;
    let to = (from + fit.min(MOST)).min(count);
    Span { from, to, height }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_rows_draw_few() {
        for above in [0.0, 49.0 * 300.0, 49.0 * 999.0] {
            let span = visible(-above, 49.0, 1000.0, 1000);
            let first_seen = (above / 49.0) as usize;
            let last_seen = (first_seen + 20).min(1000);
            assert!(span.from <= first_seen && span.to >= last_seen, "{span:?}");
            assert!(span.to - span.from <= MOST, "{span:?}");
        }
    }

    #[test]
    fn a_short_list_is_drawn_whole() {
        let span = visible(200.0, 49.0, 800.0, 3);
        assert_eq!((span.from, span.to), (0, 3));
    }
}
