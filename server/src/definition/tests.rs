//! No formula reaches a reader as anything but a formula.

use super::render::render;
use super::{FILES, MEASURES, Page, find, pages};
use roxmltree::{Document, Node};
use valleyscope_shared::definition::Group;

/// Signs of formulas, which stand in MathML or code and nowhere else: Markdown's and LaTeX's own,
/// and those by which a formula could be written without either.
const FORMULA: &str = "*_^\\$ΣΠ∇‖√∞≠≤≥½¾¼ᵀ⊗∗⟨⟩⌊⌋⁰¹²³⁴⁵⁶⁷⁸⁹⁻₀₁₂₃₄₅₆₇₈₉−′{}";
/// The longest formula within a sentence, in letters: what fits a screen of 320 pixels.
const LONGEST: usize = 26;

/// HTML of a page in one element, as XML.
fn xml(html: &str) -> String {
    format!("<page>{}</page>", html.replace("&nbsp;", "\u{a0}"))
}

fn is_formula(node: Node<'_, '_>, letter: char) -> bool {
    let greek = ('\u{370}'..='\u{3ff}').contains(&letter);
    // A measure's title is what axes say, and axes have no MathML.
    let in_title = node.ancestors().any(|above| above.has_tag_name("h1"));
    (greek || FORMULA.contains(letter)) && !in_title
}

/// What a reader would see of Markdown or LaTeX, and formulas that are none.
fn faults(html: &str) -> Vec<String> {
    let xml = xml(html);
    let document = match Document::parse(&xml) {
        Ok(document) => document,
        Err(error) => return vec![format!("{error}")],
    };
    let mut faults = Vec::new();
    for node in document.descendants() {
        let inside = |name: &str| node.ancestors().any(|above| above.has_tag_name(name));
        if node.has_tag_name("merror") || node.has_tag_name("em") || node.has_attribute("style") {
            faults.push(format!("{:?}", node.tag_name()));
        }
        let text = node.text().filter(|_| node.is_text()).unwrap_or_default();
        let seen = !inside("math") && !inside("code");
        if seen && text.chars().any(|letter| is_formula(node, letter)) {
            faults.push(text.to_owned());
        }
    }
    faults
}

/// The formulas of a page, each as its letters and whether it stands in a sentence.
fn formulas(html: &str) -> Vec<(String, bool)> {
    let xml = xml(html);
    let document = Document::parse(&xml).unwrap();
    let maths = document
        .descendants()
        .filter(|node| node.has_tag_name("math"));
    maths
        .map(|math| {
            let letters = math.descendants().filter(|node| node.is_text());
            let text: String = letters.filter_map(|node| node.text()).collect();
            let narrow = |above: Node<'_, '_>| {
                !above.has_tag_name("table") && above.attribute("class") != Some("formula")
            };
            (text, math.ancestors().all(narrow))
        })
        .collect()
}

/// How many formulas a source has, counted without a parser: dollars outside code, two to a formula.
fn written(markdown: &str) -> usize {
    let lines = markdown.lines().filter(|line| !line.starts_with("    "));
    let outside: String = lines
        .flat_map(|line| line.split('`').step_by(2).chain(["\n"]))
        .collect();
    let displayed = outside.matches("$$").count();
    let inline = outside.matches('$').count() - 2 * displayed;
    displayed.div_ceil(2) + inline.div_ceil(2)
}

fn each(mut look: impl FnMut(&Page)) {
    assert!(pages().len() > 50);
    pages().iter().for_each(&mut look);
}

#[test]
fn every_page_of_the_folder_is_served_and_has_a_title() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/definitions");
    let mut there: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort();
    let served: Vec<String> = FILES.iter().map(|(id, _)| format!("{id}.md")).collect();
    assert_eq!(there, served);
    assert_eq!(pages().len(), FILES.len() + MEASURES.len());
    each(|page| {
        let entry = &page.entry;
        let said = [&entry.title, &entry.summary, &entry.text];
        assert!(said.iter().all(|words| !words.is_empty()), "{entry:?}");
        let first = page.html.find("<h1>").zip(page.html.find("<p>"));
        assert!(
            first.is_some_and(|(h1, p)| h1 == 0 && h1 < p),
            "{}",
            page.html
        );
    });
}

#[test]
fn names_are_not_taken_twice() {
    let mut ids: Vec<&str> = pages().iter().map(|page| &*page.entry.id).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn nobody_reads_a_formula_as_markdown_or_latex() {
    each(|page| assert_eq!(faults(&page.html), [""; 0], "{}", page.entry.id));
}

#[test]
fn every_formula_of_a_source_is_one_formula_of_its_page() {
    let mut all = 0;
    each(|page| {
        let count = formulas(&page.html).len();
        assert_eq!(count, written(&page.markdown), "{}", page.entry.id);
        all += count;
    });
    assert!(all > 200, "{all}");
}

#[test]
fn a_formula_within_a_sentence_fits_a_small_screen() {
    each(|page| {
        for (text, narrow) in formulas(&page.html) {
            let letters = text.chars().filter(|&letter| letter != '\u{2061}').count();
            assert!(!narrow || letters <= LONGEST, "{}: {text}", page.entry.id);
        }
    });
}

#[test]
fn the_star_of_the_predicted_class_is_there() {
    for id in ["sharpness", "uncertainty"] {
        let page = find(id).unwrap();
        let sums = formulas(&page.html);
        let sum = sums.iter().find(|(text, _)| text.starts_with("s=∑"));
        let text = &sum.unwrap().0;
        assert_eq!(text.replace('\u{2061}', ""), "s=∑j≠y*exp(zj−zy*)", "{id}");
    }
}

/// What stood on the page of sharpness, and other ways in which a formula may be lost.
#[test]
fn text_that_is_meant_as_a_formula_is_found() {
    for text in [
        "With y* the predicted class, s = Σ_{j≠y*} exp(z_j − z_y*), and 1 − p_y* = s/(1 + s).",
        "the variance Sum_k p_k",
        "a *b* c",
        "a cost of $5 and \\alpha",
        "the radius ε",
        "$\\nonsense$ and $ x $",
    ] {
        let html = render(text).html;
        let lost = formulas(&html).len() != written(text) || !faults(&html).is_empty();
        assert!(lost, "{html}");
    }
    let fine = render("With $y^\\ast$ and `z_j`, **bold**.").html;
    assert_eq!(faults(&fine), [""; 0]);
}

#[test]
fn wide_things_scroll_in_boxes_that_keys_reach() {
    let text = "$$a$$\n\n| a |\n|:-:|\n| $b$ |\n\n    code_\n";
    let html = render(text).html;
    assert_eq!(faults(&html), [""; 0], "{html}");
    for box_ in [
        "<span class=\"formula\" tabindex=\"0\"><math",
        "<div class=\"scroll\" tabindex=\"0\"><table>",
        "<pre tabindex=\"0\"><code>code_",
    ] {
        assert!(html.contains(box_), "{html}");
    }
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut inside = 0;
    each(|page| {
        let xml = xml(&page.html);
        let document = Document::parse(&xml).unwrap();
        for target in document
            .descendants()
            .filter_map(|node| node.attribute("href"))
        {
            let Some(place) = target.strip_prefix("/definitions/") else {
                assert!(target.starts_with("http"), "{}: {target}", page.entry.id);
                continue;
            };
            inside += 1;
            let (id, anchor) = place
                .split_once('#')
                .map_or((place, None), |(id, anchor)| (id, Some(anchor.to_owned())));
            let entry = &find(id).unwrap_or_else(|| panic!("{target}")).entry;
            assert!(
                anchor.is_none_or(|anchor| entry.sections.contains(&anchor)),
                "{target}"
            );
        }
    });
    assert!(inside > 20, "{inside}");
}

#[test]
fn measures_stand_among_the_pages_with_all_that_is_said_of_them() {
    for measure in MEASURES {
        let page = find(measure.id()).unwrap();
        assert_eq!(page.entry.group, Group::Measures);
        assert_eq!(page.entry.title, measure.title());
        assert_eq!(page.entry.summary, measure.help());
        assert_eq!(formulas(&page.html).len(), 1, "{}", page.html);
        assert!(page.html.contains(measure.unit()), "{}", page.html);
    }
}

#[test]
fn a_warning_is_a_section_and_its_words_are_found() {
    let warnings = &find("warnings").unwrap().entry;
    assert!(warnings.sections.iter().any(|id| id == "zero-gradient"));
    assert!(warnings.text.contains("expectation over transformations"));
    let html = &find("warnings").unwrap().html;
    assert!(html.contains("<h2 id=\"zero-gradient\">"), "{html}");
}
