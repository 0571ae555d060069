//! Markdown with formulas, as HTML that keeps to the server's policy: no script, no inline style.

use pulldown_cmark::{Alignment, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use valleyscope_shared::definition;
use valleyscope_shared::formula::{Display, mathml};

/// A page as HTML, and what the list says of it.
pub struct Rendered {
    /// The page.
    pub html: String,
    /// Its words.
    pub text: String,
    /// The words of its first paragraph.
    pub summary: String,
    /// The anchors of its headings below the first.
    pub sections: Vec<String>,
}

/// Renders a page.
pub fn render(markdown: &str) -> Rendered {
    let options = Options::ENABLE_TABLES | Options::ENABLE_MATH;
    let events: Vec<Event<'_>> = Parser::new_ext(markdown, options).collect();
    let mut html = String::new();
    html::push_html(&mut html, shown(&events).into_iter());
    let begins = |event: &Event<'_>| matches!(event, Event::Start(Tag::Paragraph));
    let first = events.iter().position(begins).unwrap_or(events.len());
    let sections = events
        .iter()
        .enumerate()
        .filter(|(_, event)| is_section(event))
        .map(|(place, _)| anchor(&words(block(&events, place))))
        .collect();
    Rendered {
        html,
        text: words(&events),
        summary: words(block(&events, first)),
        sections,
    }
}

/// The events with formulas typeset, anchors on headings, and boxes that scroll sideways around what is wide.
fn shown<'a>(events: &[Event<'a>]) -> Vec<Event<'a>> {
    let html = |text: &str| Event::InlineHtml(text.to_owned().into());
    let event = |(place, event): (usize, &Event<'a>)| match event {
        Event::InlineMath(latex) => vec![html(&formula(latex, Display::Inline))],
        Event::DisplayMath(latex) => vec![
            html("<span class=\"formula\" tabindex=\"0\">"),
            html(&formula(latex, Display::Block)),
            html("</span>"),
        ],
        Event::Start(Tag::Heading { level, .. }) => vec![Event::Start(Tag::Heading {
            level: *level,
            id: is_section(event).then(|| anchor(&words(block(events, place))).into()),
            classes: vec![],
            attrs: vec![],
        })],
        // Columns that are aligned would be so by inline style.
        Event::Start(Tag::Table(columns)) => vec![
            html("<div class=\"scroll\" tabindex=\"0\">"),
            Event::Start(Tag::Table(vec![Alignment::None; columns.len()])),
        ],
        Event::End(TagEnd::Table) => vec![event.clone(), html("</div>\n")],
        Event::Start(Tag::CodeBlock(_)) => vec![html("\n<pre tabindex=\"0\"><code>")],
        Event::End(TagEnd::CodeBlock) => vec![html("</code></pre>\n")],
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => vec![Event::Start(Tag::Link {
            link_type: *link_type,
            dest_url: address(dest_url).into(),
            title: title.clone(),
            id: id.clone(),
        })],
        other => vec![other.clone()],
    };
    events.iter().enumerate().flat_map(event).collect()
}

/// A formula as MathML. One that cannot be typeset is shown as its source; a test finds none.
fn formula(latex: &str, display: Display) -> String {
    mathml(latex, display).unwrap_or_else(|_| {
        let mut source = String::new();
        let code = Event::Code(latex.to_owned().into());
        html::push_html(&mut source, std::iter::once(code));
        source
    })
}

/// `sharpness.md#limits`, which leads from file to file, as an address of the site.
fn address(target: &str) -> String {
    let (file, anchor) = target
        .split_once('#')
        .map_or((target, None), |(file, anchor)| (file, Some(anchor)));
    match (file.strip_suffix(".md"), anchor) {
        (Some(id), None) => definition::page(id),
        (Some(id), Some(anchor)) => format!("{}#{anchor}", definition::page(id)),
        (None, _) => target.to_owned(),
    }
}

fn is_section(event: &Event<'_>) -> bool {
    matches!(event, Event::Start(Tag::Heading { level, .. }) if *level > HeadingLevel::H1)
}

/// `Zero gradient` becomes `zero-gradient`.
fn anchor(text: &str) -> String {
    let letters = text.to_ascii_lowercase();
    let parts: Vec<&str> = letters
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect();
    parts.join("-")
}

/// The events of the paragraph or heading that begins at this place.
fn block<'e, 'a>(events: &'e [Event<'a>], place: usize) -> &'e [Event<'a>] {
    let rest = events.get(place..).unwrap_or_default();
    let ends =
        |event: &Event<'_>| matches!(event, Event::End(TagEnd::Paragraph | TagEnd::Heading(_)));
    let end = rest.iter().position(ends).unwrap_or(rest.len());
    rest.get(..end).unwrap_or(rest)
}

/// What one reads, without its form.
fn words(events: &[Event<'_>]) -> String {
    let mut text = String::new();
    for event in events {
        match event {
            Event::Text(words) | Event::Code(words) => text.push_str(words),
            Event::InlineMath(latex) => text.push_str(&letters(&formula(latex, Display::Inline))),
            Event::DisplayMath(latex) => {
                text.push(' ');
                text.push_str(&letters(&formula(latex, Display::Block)));
                text.push(' ');
            }
            Event::Start(Tag::Strong | Tag::Emphasis | Tag::Link { .. })
            | Event::End(TagEnd::Strong | TagEnd::Emphasis | TagEnd::Link) => {}
            _ => text.push(' '),
        }
    }
    let parts: Vec<&str> = text.split_whitespace().collect();
    parts.join(" ")
}

/// The letters between the tags of a formula; the sign for "applied to" has no form.
fn letters(mathml: &str) -> String {
    let mut text = String::new();
    let mut tag = false;
    for letter in mathml.replace("&nbsp;", " ").chars() {
        match letter {
            '<' => tag = true,
            '>' if tag => tag = false,
            '\u{2061}' => text.push(' '),
            letter if !tag => text.push(letter),
            _ => {}
        }
    }
    text
}
