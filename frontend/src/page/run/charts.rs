//! The run's figures: small multiples under one cursor.

use super::Page;
use crate::dom::View;
use crate::signal::Signal;
use crate::view::figure::{Chart, chart};
use valleyscope_markup::html;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::palette::Theme;
use valleyscope_shared::route::{self, ViewState};

/// All figures of the page.
pub fn charts(page: Page) -> View {
    use Measure::{Confidence, Gini, Loss, Margin, PhiSq};
    let chosen = Signal::derive(move || page.address.view.with(|view| vec![view.measure]));
    let fixed = |measures: &'static [Measure]| Signal::derive(move || measures.to_vec());
    html! {
        <h2 class="hidden-text">"Figures"</h2>
        <section class="multiples" aria-label="Figures">
            {one(page, "sharpness", "wide", true, chosen)}
            {one(page, "loss", "", true, fixed(&[Loss, Margin]))}
            {one(page, "accuracy", "", true, fixed(&[]))}
            {one(page, "confidence", "", true, fixed(&[Confidence]))}
            {one(page, "factors", "two", true, fixed(&[Gini, PhiSq]))}
            {one(page, "aligned", "", false, chosen)}
            {one(page, "peak-minus-flip", "", false, fixed(&[]))}
            {one(page, "first-flip", "", false, fixed(&[]))}
            {one(page, "confusion", "tall", false, fixed(&[]))}
        </section>
    }
}

fn one(
    page: Page,
    kind: &'static str,
    class: &'static str,
    by_step: bool,
    measures: Signal<Vec<Measure>>,
) -> View {
    let file = page.id.get_value();
    chart(Chart {
        kind,
        figure: page.figure(kind),
        pointer: by_step.then_some(page.pointer),
        files: files(page, file, kind),
        measures,
        class,
    })
}

/// A figure's files show what the page shows.
fn files(page: Page, id: String, kind: &'static str) -> Signal<Vec<(String, String)>> {
    let theme = crate::view::figure::theme();
    let view = page.address.view;
    Signal::derive(move || view.with(|view| figure_files(&id, kind, view, theme.get())))
}

/// The addresses of a figure as a file, in every form.
pub fn figure_files(id: &str, kind: &str, view: &ViewState, theme: Theme) -> Vec<(String, String)> {
    let view = String::from(js_sys::encode_uri_component(&view.to_query()));
    let theme = match theme {
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    let file = |words: &str, ending: &str, more: &str| {
        let path = route::chart(id, &format!("{kind}.{ending}"));
        (words.to_owned(), format!("{path}?view={view}{more}"))
    };
    let look = format!("&theme={theme}");
    vec![
        file("SVG", "svg", &look),
        file(
            "SVG, transparent",
            "svg",
            &format!("{look}&transparent=true"),
        ),
        file("PNG", "png", &format!("{look}&scale=1")),
        file("PNG, twice as large", "png", &format!("{look}&scale=2")),
        file("PNG, three times", "png", &format!("{look}&scale=3")),
        file("Numbers (CSV)", "csv", ""),
    ]
}
