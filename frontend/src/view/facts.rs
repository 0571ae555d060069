//! The key results of a pass, each with how sure it is.

use leptos::prelude::*;
use valleyscope_shared::finding::{Finding, findings};
use valleyscope_shared::valley::PassSummary;

/// The warnings that make a result doubtful, each with the results that it is about.
const DOUBTS: [(&str, &[&str]); 2] = [
    ("near-chance", &["clean-accuracy", "robust-accuracy"]),
    (
        "few-flips",
        &[
            "first-flip",
            "peak-at-flip",
            "in-valley",
            "peak-over-clean",
            "end-over-peak",
        ],
    ),
];

/// The key results.
#[component]
pub fn Facts(
    summary: PassSummary,
    /// The ids of the run's warnings.
    #[prop(default = Vec::new())]
    doubts: Vec<String>,
) -> impl IntoView {
    let fact = |finding: Finding| {
        let doubtful = DOUBTS.iter().any(|(id, about)| {
            doubts.iter().any(|doubt| doubt == id) && about.contains(&finding.id)
        });
        let sign = doubtful.then(|| {
            view! {
                <a href="#warnings" rel="external" aria-label="Doubtful: see the warnings" title="Doubtful: see the warnings">
                    "⚠"
                </a>
            }
        });
        let beside = finding.beside();
        view! {
            <div data-finding=finding.id title=beside>
                <dt>{finding.title} " " {sign}</dt>
                <dd>{finding.value} " " <small>{finding.sure}</small></dd>
            </div>
        }
    };
    view! { <dl class="facts">{findings(&summary).into_iter().map(fact).collect_view()}</dl> }
}
