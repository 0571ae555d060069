//! What an address shows that leads nowhere.

use crate::dom::View;
use valleyscope_markup::html;

/// The page for unknown addresses.
pub fn page() -> View {
    super::entitle("Page not found");
    html! {
        <h1>"There is no such page"</h1>
        <p class="lead">"The address may be mistyped, or the run may have been deleted."</p>
        <p class="row">
            <a class="button primary" href="/runs">"All runs"</a>
            <a class="button" href="/">"Start page"</a>
        </p>
    }
}
