//! A figure painted on a canvas, once a frame at most.

use leptos::prelude::*;
use plotters_canvas::CanvasBackend;
use valleyscope_shared::chart::{Figure, Layout, Legend, Options};
use valleyscope_shared::palette::Theme;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// The page's own fonts.
const FAMILY: &str = "system-ui, -apple-system, \"Segoe UI\", Roboto, \"Noto Sans\", sans-serif";

/// Paints the figure in the canvas's size on the screen, with as many pixels as the screen has there.
pub fn paint(canvas: &HtmlCanvasElement, figure: &Figure, theme: Theme) -> Option<Layout> {
    let scale = window().device_pixel_ratio();
    let (width, height) = (canvas.client_width(), canvas.client_height());
    if width <= 0 || height <= 0 {
        return None;
    }
    let pixels = |length: i32| (f64::from(length) * scale).round() as u32;
    // Setting a size clears the canvas, even to what it was.
    canvas.set_width(pixels(width));
    canvas.set_height(pixels(height));
    round_joins(canvas);
    let options = Options {
        width: width.unsigned_abs(),
        height: height.unsigned_abs(),
        scale,
        theme,
        transparent: false,
        heading: false,
        legend: Legend::default(),
        family: FAMILY,
    };
    let mut backend = CanvasBackend::with_canvas_object(canvas.clone())?;
    figure.draw(&mut backend, &options).ok()
}

/// Lets lines turn round corners. A mitred corner of a sharp peak would reach above the value that it stands for.
fn round_joins(canvas: &HtmlCanvasElement) {
    let context = canvas.get_context("2d").ok().flatten();
    let context = context.and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok());
    if let Some(context) = context {
        context.set_line_join("round");
    }
}

/// Runs `work` in the next frame, once, however often it is asked for before.
pub fn once_a_frame(work: impl Fn() + Clone + 'static) -> impl Fn() + Clone + 'static {
    let asked = StoredValue::new(false);
    move || {
        if asked.try_get_value() != Some(false) {
            return;
        }
        asked.set_value(true);
        let work = work.clone();
        request_animation_frame(move || {
            // Without an owner the figure is gone.
            if asked.try_set_value(false).is_none() {
                work();
            }
        });
    }
}
