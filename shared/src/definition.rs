//! The pages of definitions: their list, their addresses, and the search over them.

use crate::measure::Measure;
use serde::{Deserialize, Serialize};

/// Which shelf a page stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = DefinitionGroup))]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// What the figures count and show.
    Reading,
    /// One page per measure.
    Measures,
    /// One page per attack.
    Attacks,
    /// One page per family of models.
    Models,
    /// One page per data set.
    Data,
}

impl Group {
    /// Every group, in the order of the list.
    pub const ALL: [Self; 5] = [
        Self::Reading,
        Self::Measures,
        Self::Attacks,
        Self::Models,
        Self::Data,
    ];

    /// The name in addresses.
    pub fn id(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Measures => "measures",
            Self::Attacks => "attacks",
            Self::Models => "models",
            Self::Data => "data",
        }
    }

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Reading => "Reading the figures",
            Self::Measures => "Measures",
            Self::Attacks => "Attacks",
            Self::Models => "Models",
            Self::Data => "Data",
        }
    }
}

/// A page in the list, with the words by which it is found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Definition))]
pub struct Entry {
    /// The name in addresses.
    pub id: String,
    /// Its first heading.
    pub title: String,
    /// Where it stands in the list.
    pub group: Group,
    /// Its first paragraph, as plain text.
    pub summary: String,
    /// The anchors of its sections.
    pub sections: Vec<String>,
    /// All its words, as plain text.
    pub text: String,
}

/// What a search found of one page.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The page.
    pub entry: Entry,
    /// The anchors of its sections whose names have every word.
    pub sections: Vec<String>,
}

/// The address of a page.
pub fn page(id: &str) -> String {
    format!("/definitions/{id}")
}

/// The address of a warning's explanation.
pub fn warning(id: &str) -> String {
    format!("{}#{id}", page("warnings"))
}

/// The pages that have every word of a search, those that have them in their titles first; all where there is none.
pub fn search(entries: &[Entry], text: &str) -> Vec<Hit> {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    let all = |place: &str| {
        let place = place.to_lowercase();
        words.iter().all(|word| place.contains(word))
    };
    let name = |entry: &Entry| format!("{} {}", entry.title, entry.id);
    let mut hits: Vec<(bool, Hit)> = entries
        .iter()
        .filter(|entry| all(&format!("{} {}", name(entry), entry.text)))
        .map(|entry| {
            let named = |section: &&String| !words.is_empty() && all(section);
            let hit = Hit {
                entry: entry.clone(),
                sections: entry.sections.iter().filter(named).cloned().collect(),
            };
            (all(&name(entry)), hit)
        })
        .collect();
    hits.sort_by_key(|(in_title, _)| !in_title);
    hits.into_iter().map(|(_, hit)| hit).collect()
}

/// Where an anchor of the former single page is today: measures and pages have addresses of their own,
/// sections are anchors of their page.
pub fn moved(anchor: &str, entries: &[Entry]) -> Option<String> {
    let anchor = anchor.trim_start_matches('#');
    if let Some(measure) = Measure::from_id(anchor) {
        return Some(page(measure.id()));
    }
    let id = anchor.strip_prefix("page-").unwrap_or(anchor);
    if entries.iter().any(|entry| entry.id == id) {
        return Some(page(id));
    }
    let holder = entries
        .iter()
        .find(|entry| entry.sections.iter().any(|section| section == anchor))?;
    Some(format!("{}#{anchor}", page(&holder.id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, title: &str, group: Group, sections: &[&str], text: &str) -> Entry {
        Entry {
            id: id.to_owned(),
            title: title.to_owned(),
            group,
            summary: String::new(),
            sections: sections.iter().map(|&id| id.to_owned()).collect(),
            text: text.to_owned(),
        }
    }

    fn entries() -> [Entry; 3] {
        [
            entry(
                "valley",
                "The valley",
                Group::Reading,
                &[],
                "Sharpness falls again.",
            ),
            entry(
                "warnings",
                "Warnings",
                Group::Reading,
                &["zero-gradient", "underflow"],
                "What makes a result doubtful. zero-gradient underflow",
            ),
            entry(
                "kappa_tr",
                "Sharpness κ",
                Group::Measures,
                &[],
                "Relative sharpness.",
            ),
        ]
    }

    fn ids(text: &str) -> Vec<String> {
        let hits = search(&entries(), text);
        hits.into_iter().map(|hit| hit.entry.id).collect()
    }

    #[test]
    fn a_search_finds_every_word_wherever_it_stands() {
        assert_eq!(ids(""), ["valley", "warnings", "kappa_tr"]);
        assert_eq!(ids("  SHARPNESS "), ["kappa_tr", "valley"]);
        assert_eq!(ids("falls sharp"), ["valley"]);
        assert_eq!(ids("kappa_tr"), ["kappa_tr"]);
        assert!(ids("sharpness nowhere").is_empty());
    }

    #[test]
    fn a_section_is_found_by_its_name() {
        let hits = search(&entries(), "zero");
        assert_eq!(hits.len(), 1);
        assert_eq!(hits[0].sections, ["zero-gradient"]);
        assert!(search(&entries(), "")[1].sections.is_empty());
    }

    #[test]
    fn former_anchors_lead_to_the_pages_of_today() {
        let now = |anchor| moved(anchor, &entries());
        assert_eq!(now("#kappa_tr").as_deref(), Some("/definitions/kappa_tr"));
        assert_eq!(now("page-valley").as_deref(), Some("/definitions/valley"));
        let warning = Some("/definitions/warnings#zero-gradient");
        assert_eq!(now("#zero-gradient").as_deref(), warning);
        assert_eq!(now("#nothing"), None);
        assert_eq!(now(""), None);
    }
}
