use super::*;
use crate::chart::export::Paper;
use crate::chart::figure::Content;
use crate::chart::gallery::figures;
use crate::series::Role;

fn code(figure: &Figure, paper: &Paper) -> String {
    pgf(figure, &paper.sheet(figure).unwrap(), "{\"run\":\"a\"}")
}

#[test]
fn what_is_opened_is_closed_in_every_figure() {
    for (name, figure) in figures() {
        let code = code(figure, &Paper::default());
        let mut open: Vec<char> = Vec::new();
        let mut escaped = false;
        for c in code
            .lines()
            .filter(|line| !line.starts_with('%'))
            .flat_map(str::chars)
        {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '{' => open.push('}'),
                '}' => assert_eq!(open.pop(), Some(c), "{name}"),
                _ => {}
            }
        }
        assert!(open.is_empty(), "{name}: {open:?}");
        let count = |text: &str| code.matches(text).count();
        assert_eq!(count("\\begin{"), count("\\end{"), "{name}");
        assert!(count("\\addplot") > 0 || figure.is_empty(), "{name}");
    }
}

#[test]
fn every_value_that_is_shown_stands_in_the_data() {
    for (name, figure) in figures() {
        let code = code(figure, &Paper::default());
        let numbers: Vec<f64> = code
            .lines()
            .filter(|line| line.starts_with("    "))
            .flat_map(|line| line.split_whitespace().skip(1))
            .filter_map(|cell| cell.parse().ok())
            .collect();
        for panel in &figure.panels {
            let Content::Curves(curves) = &panel.content else {
                continue;
            };
            let (from, to) = panel.x.shown();
            // Areas lie on each other: what stands in the data is where they begin and end.
            let curves = curves
                .iter()
                .filter(|curve| !matches!(curve.role, Role::Area | Role::BandOnly));
            for point in curves.flat_map(|curve| &curve.points) {
                let shown = (from..=to).contains(&point.x);
                let value = point
                    .y
                    .filter(|y| shown && panel.y.range.low <= *y && *y <= panel.y.range.high);
                let Some(value) = value else { continue };
                // Six decimals are written: of the number, and of very small and large ones of what stands before the power of ten.
                let digit = match (1e-3..1e5).contains(&value.abs()) {
                    true => 1.0,
                    false => value.abs(),
                };
                let near = |number: &f64| (number - value).abs() <= 5.1e-7 * digit;
                assert!(numbers.iter().any(near), "{name}: {value}");
            }
        }
    }
}

#[test]
fn words_and_sizes_are_those_of_the_sheet() {
    let (_, figure) = &figures()[0];
    let paper = Paper {
        width: "3.25in".parse().ok(),
        height: "2in".parse().ok(),
        font_size: Some(8.0),
        title: false,
        ..Paper::default()
    };
    let without = code(figure, &paper);
    for part in [
        "width=3.25in",
        "height=2in",
        "\\fontsize{8pt}{9.6pt}",
        "xlabel={step}",
    ] {
        assert!(without.contains(part), "{part} in {without}");
    }
    assert!(!without.contains("title="));
    assert!(
        code(
            figure,
            &Paper {
                title: true,
                ..paper
            }
        )
        .contains("title={")
    );
}

#[test]
fn ticked_images_and_smoothed_curves_are_in_the_code() {
    let code = |name: &str| {
        let (_, figure) = figures().iter().find(|(known, _)| *known == name).unwrap();
        code(figure, &Paper::default())
    };
    let ticked = code("sharpness-singles");
    let names = ticked.matches("addlegendentry{image ").count();
    assert!(names > 0, "{ticked}");
    let smoothed = code("sharpness-smooth");
    assert!(
        smoothed.contains("opacity=0.35") && smoothed.contains("thick"),
        "{smoothed}"
    );
}

#[test]
fn panels_above_each_other_share_one_legend_and_one_name_of_the_axis() {
    for (name, figure) in figures()
        .iter()
        .filter(|(_, figure)| figure.panels.len() > 1)
    {
        let code = code(figure, &Paper::default());
        assert_eq!(code.matches("xlabel=").count(), 1, "{name}");
        let (_, after) = code.rsplit_once("\\nextgroupplot").unwrap();
        assert!(!after.contains("addlegendentry"), "{name}");
    }
}
