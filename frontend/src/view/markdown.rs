//! The little Markdown that our own definition pages use, as elements: no text ever becomes markup.

use leptos::prelude::*;

/// One block of a page.
#[derive(Clone, Debug, PartialEq)]
enum Block {
    Heading(usize, String),
    Paragraph(String),
    List(Vec<String>),
    Code(String),
    Table(Vec<Vec<String>>),
}

/// The page as elements. Headings get anchors made of their words.
#[component]
pub fn Markdown(text: String) -> impl IntoView {
    blocks(&text).into_iter().map(shown).collect_view()
}

fn shown(block: Block) -> AnyView {
    match block {
        Block::Heading(level, text) => heading(level, &text),
        Block::Paragraph(text) => view! { <p>{inline(&text)}</p> }.into_any(),
        Block::List(items) => {
            let item = |item: &String| view! { <li>{inline(item)}</li> };
            view! { <ul>{items.iter().map(item).collect_view()}</ul> }.into_any()
        }
        Block::Code(text) => view! { <pre tabindex="0">{text}</pre> }.into_any(),
        Block::Table(rows) => table(&rows).into_any(),
    }
}

/// A page's headings begin below the page's own.
fn heading(level: usize, text: &str) -> AnyView {
    let id = anchor(text);
    let words = inline(text);
    match level {
        1 => view! { <h2 id=id>{words}</h2> }.into_any(),
        _ => view! { <h3 id=id>{words}</h3> }.into_any(),
    }
}

fn table(rows: &[Vec<String>]) -> impl IntoView + use<> {
    let (head, body) = rows.split_at(rows.len().min(1));
    let title = |cell: &String| view! { <th scope="col">{inline(cell)}</th> };
    let cell = |cell: &String| view! { <td>{inline(cell)}</td> };
    let row = |cells: &Vec<String>| {
        view! { <tr>{cells.iter().map(cell).collect_view()}</tr> }
    };
    view! {
        <div class="scroll" tabindex="0">
            <table>
                <thead>
                    <tr>{head.iter().flatten().map(title).collect_view()}</tr>
                </thead>
                <tbody>{body.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
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

fn blocks(text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            continue;
        }
        if trimmed.starts_with("```") {
            let code: Vec<&str> = lines
                .by_ref()
                .take_while(|line| !line.trim().starts_with("```"))
                .collect();
            found.push(Block::Code(code.join("\n")));
        } else if let Some((level, title)) = heading_of(trimmed) {
            found.push(Block::Heading(level, title.to_owned()));
        } else if trimmed.starts_with('|') {
            let mut rows = vec![cells(trimmed)];
            while let Some(line) = lines.next_if(|line| line.trim().starts_with('|')) {
                if !line
                    .chars()
                    .all(|letter| matches!(letter, '|' | '-' | ':' | ' '))
                {
                    rows.push(cells(line.trim()));
                }
            }
            found.push(Block::Table(rows));
        } else if let Some(item) = item_of(trimmed) {
            let mut items = vec![item.to_owned()];
            while let Some(line) = lines.next_if(|line| !line.trim().is_empty()) {
                match (item_of(line.trim()), items.last_mut()) {
                    (Some(item), _) => items.push(item.to_owned()),
                    (None, Some(last)) => *last = format!("{last} {}", line.trim()),
                    (None, None) => {}
                }
            }
            found.push(Block::List(items));
        } else {
            let mut words = trimmed.to_owned();
            let goes_on = |line: &&str| {
                let line = line.trim();
                !line.is_empty()
                    && heading_of(line).is_none()
                    && item_of(line).is_none()
                    && !line.starts_with(['|', '`'])
            };
            while let Some(line) = lines.next_if(goes_on) {
                words = format!("{words} {}", line.trim());
            }
            found.push(Block::Paragraph(words));
        }
    }
    found
}

fn heading_of(line: &str) -> Option<(usize, &str)> {
    let title = line.trim_start_matches('#');
    let level = line.len() - title.len();
    (level > 0 && title.starts_with(' ')).then(|| (level, title.trim()))
}

fn item_of(line: &str) -> Option<&str> {
    line.strip_prefix("- ")
        .or_else(|| line.strip_prefix("* "))
        .or_else(|| {
            let (number, rest) = line.split_once(". ")?;
            number.parse::<u8>().ok().map(|_| rest)
        })
}

fn cells(line: &str) -> Vec<String> {
    line.trim_matches('|')
        .split('|')
        .map(|cell| cell.trim().to_owned())
        .collect()
}

/// Code, emphasis and links within a line.
fn inline(text: &str) -> Vec<AnyView> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(['`', '*', '[']) {
        let (before, from) = rest.split_at(start);
        let Some((view, after)) = special(from) else {
            // A sign that opens nothing is a sign.
            let (sign, after) = from.split_at(1);
            parts.push(format!("{before}{sign}").into_any());
            rest = after;
            continue;
        };
        parts.push(before.to_owned().into_any());
        parts.push(view);
        rest = after;
    }
    parts.push(rest.to_owned().into_any());
    parts
}

fn special(text: &str) -> Option<(AnyView, &str)> {
    if let Some(rest) = text.strip_prefix('`') {
        let (code, after) = rest.split_once('`')?;
        return Some((view! { <code>{code.to_owned()}</code> }.into_any(), after));
    }
    if let Some(rest) = text.strip_prefix("**") {
        let (words, after) = rest.split_once("**")?;
        return Some((view! { <b>{words.to_owned()}</b> }.into_any(), after));
    }
    if let Some(rest) = text.strip_prefix('*') {
        let (words, after) = rest.split_once('*')?;
        let plain = !words.is_empty() && !words.starts_with(' ');
        return plain.then(|| (view! { <em>{words.to_owned()}</em> }.into_any(), after));
    }
    let (words, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (target, after) = rest.split_once(')')?;
    // Only places on the web and on this page: a page of ours has no other links.
    let safe = target.starts_with("https://") || target.starts_with(['#', '/']);
    let words = words.to_owned();
    let link = match safe {
        true => view! { <a href=target.to_owned() rel="noreferrer">{words}</a> }.into_any(),
        false => words.into_any(),
    };
    Some((link, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_falls_into_its_blocks() {
        let text = "# Zero gradient\n\nIt *stalls*\nthe attack.\n\n- one\n  more\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n";
        let rows =
            |cells: [[&str; 2]; 2]| cells.map(|row| row.map(str::to_owned).to_vec()).to_vec();
        assert_eq!(
            blocks(text),
            [
                Block::Heading(1, "Zero gradient".into()),
                Block::Paragraph("It *stalls* the attack.".into()),
                Block::List(vec!["one more".into(), "two".into()]),
                Block::Table(rows([["a", "b"], ["1", "2"]])),
                Block::Code("code".into()),
            ]
        );
    }

    #[test]
    fn anchors_are_the_ids_of_warnings() {
        assert_eq!(anchor("Zero gradient"), "zero-gradient");
    }
}
