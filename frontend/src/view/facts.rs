//! The key results of a pass, each with how sure it is.

use leptos::prelude::*;
use valleyscope_shared::finding::{Finding, findings};
use valleyscope_shared::valley::PassSummary;

/// The key results.
#[component]
pub fn Facts(summary: PassSummary) -> impl IntoView {
    let fact = |finding: Finding| {
        view! {
            <div data-finding=finding.id>
                <dt>{finding.title}</dt>
                <dd>{finding.value} " " <small>{finding.sure}</small></dd>
            </div>
        }
    };
    view! { <dl class="facts">{findings(&summary).into_iter().map(fact).collect_view()}</dl> }
}
