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
    Memo::new(move |before: Option<&Span>| {
        moved.track();
        let count = count.get();
        let known = before.map_or(HEIGHT, |span| span.height);
        let (top, height) = body.get().map_or((0.0, None), |body| measure(&body));
        visible(top, steady(known, height), screen(), count)
    })
}

/// Where the body begins, and what a row of it is high: cards are not all alike, so the mean counts.
fn measure(body: &HtmlTableSectionElement) -> (f64, Option<f64>) {
    let top = body.get_bounding_client_rect().top();
    let row = |selector| body.query_selector(selector).ok().flatten();
    let height = || {
        let first = row("tr:not(.spacer)")?.get_bounding_client_rect().top();
        let last = row("tr:nth-last-child(2)")?
            .get_bounding_client_rect()
            .bottom();
        let rows = f64::from(body.child_element_count()) - 2.0;
        let height = (last - first) / rows;
        (rows > 0.0 && height > 1.0).then_some(height)
    };
    (top, height())
}

/// The height that was known, unless the rows are another kind by now: with every small change of the mean
/// whatever stands below would move.
fn steady(known: f64, measured: Option<f64>) -> f64 {
    match measured {
        Some(height) if (height / known - 1.0).abs() > 0.2 => height,
        _ => known,
    }
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

    #[test]
    fn a_small_change_of_the_mean_moves_nothing() {
        assert_eq!(steady(49.0, Some(52.0)), 49.0);
        assert_eq!(steady(49.0, Some(240.0)), 240.0);
        assert_eq!(steady(240.0, None), 240.0);
    }
}
