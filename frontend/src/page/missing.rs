//! What an address shows that leads nowhere.

use crate::base::at;
use crate::view::title::PageTitle;
use leptos::prelude::*;

/// The page for unknown addresses.
#[component]
pub fn Missing() -> impl IntoView {
    view! {
        <PageTitle text="Page not found" />
        <h1>"There is no such page"</h1>
        <p class="lead">"The address may be mistyped, or the run may have been deleted."</p>
        <p class="row">
            <a class="button primary" href=at("/runs")>
                "All runs"
            </a>
            <a class="button" href=at("/")>
                "Start page"
            </a>
        </p>
    }
}
