use super::scale::Scale;
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
        // Failed before: an empty figure was a frame without a word.
        let said = code.contains(&format!("{};", braced(figure.empty)));
        assert_eq!(
            said,
            figure.is_empty() && !figure.empty.is_empty(),
            "{name}"
        );
    }
}

/// The tables of the plots with their names, as rows of a place and a value.
fn plots(code: &str) -> Vec<(String, Vec<(f64, f64)>)> {
    let plots = code.split("\\addplot").skip(1);
    plots
        .map(|plot| {
            let (head, rest) = plot.split_once('\n').unwrap();
            let name = head.split_once("] % ").map_or("", |(_, name)| name);
            let rows = rest.lines().take_while(|line| !line.starts_with("  }"));
            let row = |line: &str| {
                let mut cells = line.split_whitespace().map(str::parse::<f64>);
                Some((cells.next()?.ok()?, cells.next()?.ok()?))
            };
            (name.to_owned(), rows.filter_map(row).collect())
        })
        .collect()
}

#[test]
fn every_value_that_is_shown_stands_at_its_place_in_the_table_of_its_curve() {
    for (name, figure) in figures() {
        let sheet = Paper::default().sheet(figure).unwrap();
        let plots = plots(&pgf(figure, &sheet, ""));
        for panel in &figure.panels {
            let Content::Curves(curves) = &panel.content else {
                continue;
            };
            let (scale, range) = (Scale::of(panel, &sheet), panel.y.range);
            let (from, to) = panel.x.shown();
            // Areas lie on each other: what stands in the data is where they begin and end.
            let curves = curves
                .iter()
                .filter(|curve| !matches!(curve.role, Role::Area | Role::BandOnly));
            for curve in curves {
                let own = || plots.iter().filter(|plot| plot.0 == curve.name);
                for point in &curve.points {
                    let shown = |y: &f64| {
                        (from..=to).contains(&point.x) && range.low <= *y && *y <= range.high
                    };
                    let Some(value) = point.y.filter(shown) else {
                        continue;
                    };
                    // Six decimals are written: of the number, and of very small and large ones of what stands before the power of ten.
                    let near = |written: f64, value: f64| {
                        let usual = value == 0.0 || (1e-3..1e5).contains(&value.abs());
                        let digit = if usual { 1.0 } else { value.abs() };
                        (written - value).abs() <= 5.1e-7 * digit
                    };
                    let place = scale.at(point.x);
                    let is_it = |row: &(f64, f64)| near(row.0, place) && near(row.1, value);
                    assert!(
                        own().any(|plot| plot.1.iter().any(is_it)),
                        "{name}, {}: {place} {value}",
                        curve.name
                    );
                }
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
    assert_eq!(names, 3, "{ticked}");
    // The values, and over them a line that is another one.
    let smoothed = plots(&code("sharpness-smooth"));
    let mut named = smoothed.iter().filter(|plot| !plot.0.is_empty());
    let (values, strong) = (&named.next().unwrap().1, &named.next().unwrap().1);
    assert_eq!(values.len(), strong.len());
    assert_ne!(values, strong);
}

#[test]
fn panels_above_each_other_share_one_legend_and_one_name_of_the_axis() {
    for (name, figure) in figures() {
        let code = code(figure, &Paper::default());
        let groups = figure
            .panels
            .iter()
            .all(|panel| matches!(panel.content, Content::Cells(_)));
        if !groups {
            let axes = match figure.own_axes() {
                true => figure.panels.len(),
                false => 1,
            };
            assert_eq!(code.matches("xlabel=").count(), axes, "{name}");
        }
        for panel in &figure.panels {
            let Content::Curves(curves) = &panel.content else {
                continue;
            };
            // Named in the legend, or above its own panel.
            let mains = curves.iter().filter(|curve| curve.role == Role::Main);
            for curve in mains.filter(|curve| !curve.name.is_empty()) {
                let named = escaped(&curve.name);
                let entry = code.matches(&format!("addlegendentry{{{named}}}")).count();
                let title = code.matches(&format!("title={{{named}}}")).count();
                let is_title = panel.of.as_ref().is_some_and(|of| of.1 == curve.name);
                assert!(
                    entry >= 1 || (is_title && title >= 1),
                    "{name}: {}",
                    curve.name
                );
            }
        }
        let last = code.rfind("\\addplot").unwrap_or(0);
        let listed = code.find("\\addlegendentry");
        assert!(
            listed.is_none_or(|at| at > last),
            "{name}: the lowest panel lists all"
        );
    }
}

/// What a person calls a run cannot break the code.
#[test]
fn a_name_is_set_as_it_is_written() {
    let mut figure = figures()[0].1.clone();
    let Content::Curves(curves) = &mut figure.panels[0].content else {
        panic!("curves");
    };
    curves[0].name = "50 % {_}#&\\end{axis}\n\\input{x}".to_owned();
    let code = code(&figure, &Paper::default());
    let written: Vec<&str> = code.lines().filter(|line| line.contains("50 ")).collect();
    let entry = "\\addlegendentry{50 \\% \\{\\_\\}\\#\\&\\textbackslash{}end\\{axis\\} \\textbackslash{}input\\{x\\}}";
    assert!(written.contains(&entry), "{written:?}");
    // Elsewhere it stands in comments.
    assert!(
        code.lines().all(|line| !line.starts_with("\\input")),
        "{code}"
    );
}
