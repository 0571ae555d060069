//! Figures as files: in every form, as it is asked for.

use crate::site::{Site, spec};
use axum::http::StatusCode;

/// E38 and E39, without the browser.
#[tokio::test(flavor = "multi_thread")]
async fn every_figure_is_a_file_in_every_form_with_its_origin() {
    let site = Site::new();
    let (id, other) = (
        site.finished(&spec("plain")).await,
        site.finished(&spec("plain")).await,
    );
    for chart in valleyscope_shared::chart::all() {
        let address = format!("/api/v1/runs/{id}/charts/{}", chart.id());
        for query in [
            "",
            "?view=who%3Dall%26example%3D3",
            &format!("?theme=dark&transparent=true&view=with%3D{other}"),
        ] {
            let svg = site.get(&format!("{address}.svg{query}")).await;
            assert_eq!(
                (svg.status, svg.header("content-type")),
                (StatusCode::OK, "image/svg+xml"),
                "{address} {query} {}",
                svg.text()
            );
            let text = svg.text();
            assert!(
                text.contains("<svg")
                    && text.contains("<metadata>")
                    && text.contains("8/255")
                    && text.len() < 200_000,
                "{address}: {}",
                text.len()
            );
        }
        let png = site
            .get(&format!("{address}.png?scale=2&width=400&height=300"))
            .await;
        let picture = image::load_from_memory(&png.body).unwrap();
        assert_eq!((picture.width(), picture.height()), (800, 600), "{address}");
        let pdf = site
            .get(&format!("{address}.pdf?width=3.25in&font=serif"))
            .await;
        assert_eq!(
            (pdf.status, pdf.header("content-type")),
            (StatusCode::OK, "application/pdf")
        );
        let page = String::from_utf8_lossy(&pdf.body);
        assert!(
            page.starts_with("%PDF-") && page.contains("/FontFile"),
            "{address}"
        );
        let tex = site.get(&format!("{address}.tex?width=3.25in")).await;
        assert_eq!(tex.status, StatusCode::OK);
        let code = tex.text();
        assert!(
            code.contains("width=3.25in") && code.contains("8/255") && code.contains("tikzpicture"),
            "{address}: {code}"
        );
        let csv = site.get(&format!("{address}.csv")).await.text();
        assert!(
            // Some figures of this run have nothing to show but the names of their columns.
            csv.lines()
                .next()
                .is_some_and(|head| !head.is_empty() && !head.starts_with('#')),
            "{address}: {csv}"
        );
    }
    for nothing in [
        "beauty.svg",
        "sharpness",
        "sharpness.gif",
        "sharpness.svg.png",
    ] {
        assert_eq!(
            site.get(&format!("/api/v1/runs/{id}/charts/{nothing}"))
                .await
                .status,
            StatusCode::NOT_FOUND,
            "{nothing}"
        );
    }
    let gone = site
        .get(&format!(
            "/api/v1/runs/{id}/charts/sharpness.svg?view=with%3Dnope"
        ))
        .await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

/// The attributes `width`, `height` and `viewBox` of a picture.
fn sizes(svg: &str) -> [String; 3] {
    let document = roxmltree::Document::parse(svg).unwrap();
    let root = document.root_element();
    ["width", "height", "viewBox"].map(|name| root.attribute(name).unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_figure_is_as_a_paper_wants_it() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let get = async |query: &str| {
        let address = format!("/api/v1/runs/{id}/charts/sharpness.svg?{query}");
        site.get(&address).await.text()
    };
    let usual = get("").await;
    assert_eq!(sizes(&usual), ["800px", "400px", "0 0 3200 1600"]);
    let column = get("width=3.25in&aspect=1.5&font=serif&font_size=6.9&title=false").await;
    // Letters of 6.9 pt are 0.8 of the usual ones: 312 pixels have the room of 390.
    assert_eq!(sizes(&column), ["3.25in", "2.17in", "0 0 1560 1040"]);
    // Few machines have these letters: the file brings them, the bold ones only where a word is bold.
    assert!(column.contains("CMU Serif") && !usual.contains("CMU Serif"));
    let brought = |svg: &str| svg.matches("src:url(data:font/ttf;base64,").count();
    assert_eq!(brought(&usual), 0);
    assert_eq!(brought(&column), 1);
    assert_eq!(brought(&get("font=serif&title=true").await), 2);
    let texts = |svg: &str| {
        let document = roxmltree::Document::parse(svg).unwrap();
        let texts = document
            .descendants()
            .filter(|node| node.has_tag_name("text"));
        let words = |node: roxmltree::Node<'_, '_>| -> String {
            let parts = node.descendants().filter(roxmltree::Node::is_text);
            parts
                .filter_map(|part| part.text())
                .collect::<String>()
                .trim()
                .to_owned()
        };
        texts.map(words).collect::<Vec<String>>()
    };
    let titled = |svg: &str| {
        texts(svg)
            .iter()
            .any(|text| text.starts_with("Sharpness κ by step"))
    };
    assert!(titled(&usual) && !titled(&get("title=false&legend=off").await));
    let blue = "#0072B2";
    assert!(usual.contains(blue) && !get("color=grey").await.contains(blue));
    let png = site
        .get(&format!(
            "/api/v1/runs/{id}/charts/sharpness.png?width=3.25in&height=2in&dpi=300"
        ))
        .await;
    let picture = image::load_from_memory(&png.body).unwrap();
    assert_eq!((picture.width(), picture.height()), (975, 600));
    for (query, field) in [
        ("width=wide", "width"),
        ("width=1in", "width"),
        ("font=comic", "font"),
        ("font_size=3", "font_size"),
        ("title=perhaps", "title"),
        ("legend=left", "legend"),
        ("color=pink", "color"),
        ("color=grey&theme=dark", "color"),
        ("aspect=0", "aspect"),
        ("aspect=2&height=2in", "aspect"),
        ("dpi=9999", "dpi"),
        ("dpi=300&scale=2", "scale"),
        ("scale=0", "scale"),
        ("colour=grey", ""),
    ] {
        let address = format!("/api/v1/runs/{id}/charts/sharpness.svg?{query}");
        let reply = site.get(&address).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        if !field.is_empty() {
            assert_eq!(reply.fields(), [field], "{query}: {}", reply.text());
        }
    }
}
