//! How a figure's file is asked for, in an address or on the command line.

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt::Display;
use std::str::FromStr;
use valleyscope_shared::chart::export::{Font, Length, Paper};
use valleyscope_shared::chart::{BadOption, Legend};
use valleyscope_shared::palette::Theme;

/// What is shown, and how. Lengths are numbers with in, cm, mm, pt or px, and CSS pixels without a unit.
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::IntoParams, Args)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
#[command(next_help_heading = "Figures")]
pub struct Look {
    /// What the page shows: the query string of its address
    #[arg(long, value_name = "QUERY")]
    pub view: Option<String>,
    /// The width: 3.25in is a column, 6.75in a page of a paper in two columns [default: 800px]
    #[arg(long, value_name = "LENGTH")]
    #[param(example = "3.25in")]
    width: Option<String>,
    /// The height [default: what the figure needs]
    #[arg(long, value_name = "LENGTH")]
    height: Option<String>,
    /// Width by height, instead of a height
    #[arg(long, value_name = "NUMBER")]
    #[param(minimum = 0.2, maximum = 10.0)]
    aspect: Option<f64>,
    /// The letters: sans, or serif as LaTeX has them [default: sans]
    #[arg(long, value_name = "FONT")]
    #[param(pattern = "^(sans|serif)$")]
    font: Option<String>,
    /// The size of the labels in points; lines and all other letters grow with it [default: 8.625]
    #[arg(long, value_name = "POINTS")]
    #[param(minimum = 4.0, maximum = 24.0)]
    font_size: Option<f64>,
    /// Whether title and subtitle are part of the picture [default: true]
    #[arg(long, value_name = "BOOL")]
    title: Option<bool>,
    /// Where it says which curve is which: auto, direct (at the ends of curves), outside, inside or off [default: auto]
    #[arg(long, value_name = "PLACE")]
    #[param(pattern = "^(auto|direct|outside|inside|off)$")]
    legend: Option<String>,
    /// color or grey [default: color]
    #[arg(long, value_name = "COLOR")]
    #[param(pattern = "^(color|grey)$")]
    color: Option<String>,
    /// light or dark [default: light]
    #[arg(long, value_name = "THEME")]
    #[param(pattern = "^(light|dark)$")]
    theme: Option<String>,
    /// Whether the background is left out [default: false]
    #[arg(long, value_name = "BOOL")]
    transparent: Option<bool>,
    /// Pixels per inch of a PNG [default: 96]
    #[arg(long, value_name = "NUMBER")]
    #[param(minimum = 36.0, maximum = 2400.0)]
    dpi: Option<f64>,
    /// Pixels of a PNG per CSS pixel, instead of dpi: 96 of these are an inch
    #[arg(long, value_name = "NUMBER")]
    #[param(minimum = 0.375, maximum = 25.0)]
    scale: Option<f64>,
}

impl Look {
    /// The same as the pairs of a query.
    pub fn query(&self) -> Vec<(String, String)> {
        let document = serde_json::to_value(self).unwrap_or_default();
        let pairs = document.as_object().into_iter().flatten();
        pairs
            .filter_map(|(key, value)| match value {
                Value::Null => None,
                Value::String(text) => Some((key.clone(), text.clone())),
                other => Some((key.clone(), other.to_string())),
            })
            .collect()
    }

    /// The paper that is asked for.
    ///
    /// # Errors
    ///
    /// What says nothing, by its field.
    pub fn paper(&self) -> Result<Paper, BadOption> {
        let grey = one_of(
            "color",
            self.color.as_deref(),
            &[("color", false), ("grey", true)],
        )?;
        let themes = [("light", Theme::Light), ("dark", Theme::Dark)];
        let theme = match (one_of("theme", self.theme.as_deref(), &themes)?, grey) {
            (Theme::Dark, true) => {
                let message = "grey is for paper, which is light; leave one of the two out";
                return Err(bad("color", message));
            }
            (_, true) => Theme::Grey,
            (theme, false) => theme,
        };
        let legends = [
            ("auto", Legend::Automatic),
            ("direct", Legend::Direct),
            ("outside", Legend::Outside),
            ("inside", Legend::Inside),
            ("off", Legend::Off),
        ];
        let fonts = [("sans", Font::Sans), ("serif", Font::Serif)];
        let dpi = match (self.dpi, self.scale) {
            (Some(_), Some(_)) => {
                return Err(bad(
                    "scale",
                    "dpi and scale are both given; one of them is right",
                ));
            }
            (None, Some(scale)) if !(0.375..=25.0).contains(&scale) => {
                return Err(bad("scale", format!("{scale} is not from 0.375 to 25")));
            }
            (dpi, scale) => dpi.or(scale.map(|scale| 96.0 * scale)),
        };
        Ok(Paper {
            width: length("width", self.width.as_deref())?,
            height: length("height", self.height.as_deref())?,
            aspect: self.aspect,
            font: one_of("font", self.font.as_deref(), &fonts)?,
            font_size: self.font_size,
            title: self.title.unwrap_or(true),
            legend: one_of("legend", self.legend.as_deref(), &legends)?,
            theme,
            transparent: self.transparent.unwrap_or(false),
            dpi,
        })
    }
}

fn bad(field: &'static str, message: impl Display) -> BadOption {
    BadOption {
        field,
        message: message.to_string(),
    }
}

fn length(field: &'static str, text: Option<&str>) -> Result<Option<Length>, BadOption> {
    let read = |text| Length::from_str(text).map_err(|message| bad(field, message));
    text.map(read).transpose()
}

/// What a word stands for; the first of them where there is none.
fn one_of<T: Copy>(
    field: &'static str,
    text: Option<&str>,
    words: &[(&str, T)],
) -> Result<T, BadOption> {
    let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    let wanted = text.or(known.first().copied()).unwrap_or_default();
    let found = words.iter().find(|(word, _)| *word == wanted);
    found.map(|(_, meant)| *meant).ok_or_else(|| {
        bad(
            field,
            format!("\"{wanted}\" is none of {}", known.join(", ")),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(look: &Look) -> String {
        look.paper().unwrap_err().to_string()
    }

    #[test]
    fn words_that_say_nothing_are_refused_by_name() {
        let some = |text: &str| Some(text.to_owned());
        let look = Look {
            font: some("comic"),
            ..Look::default()
        };
        assert_eq!(refused(&look), "font: \"comic\" is none of sans, serif");
        let look = Look {
            width: some("wide"),
            ..Look::default()
        };
        assert!(refused(&look).starts_with("width: \"wide\" is no length"));
        let look = Look {
            color: some("grey"),
            theme: some("dark"),
            ..Look::default()
        };
        assert!(refused(&look).starts_with("color: grey is for paper"));
        let look = Look {
            dpi: Some(300.0),
            scale: Some(2.0),
            ..Look::default()
        };
        assert!(refused(&look).starts_with("scale: dpi and scale"));
    }

    #[test]
    fn a_server_is_asked_the_same() {
        let look = Look {
            width: Some("3.25in".to_owned()),
            title: Some(false),
            dpi: Some(300.0),
            ..Look::default()
        };
        let pairs = look.query();
        let said: Vec<String> = pairs
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        assert_eq!(said, ["dpi=300.0", "title=false", "width=3.25in"]);
    }

    #[test]
    fn what_is_left_out_is_as_the_page_has_it() {
        assert_eq!(Look::default().paper().unwrap(), Paper::default());
        let look = Look {
            scale: Some(2.0),
            color: Some("grey".to_owned()),
            ..Look::default()
        };
        let paper = look.paper().unwrap();
        assert_eq!((paper.dpi, paper.theme), (Some(192.0), Theme::Grey));
    }
}
