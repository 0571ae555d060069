//! The pages of `docs/definitions`, inside the program. A new page is a new line here; a test compares the two.

macro_rules! page {
    ($id:literal) => {
        (
            $id,
            include_str!(concat!("../../docs/definitions/", $id, ".md")),
        )
    };
}

/// Name and Markdown text of every page, by name.
pub const ALL: &[(&str, &str)] = &[
    page!("attack-apgd"),
    page!("attack-apgd_t"),
    page!("attack-autoattack"),
    page!("attack-corruption"),
    page!("attack-cw"),
    page!("attack-ddn"),
    page!("attack-deepfool"),
    page!("attack-fab"),
    page!("attack-fab_t"),
    page!("attack-fgsm"),
    page!("attack-jitter"),
    page!("attack-jpeg"),
    page!("attack-line"),
    page!("attack-mi_fgsm"),
    page!("attack-ni_fgsm"),
    page!("attack-noise_path"),
    page!("attack-pgd"),
    page!("attack-pi_fgsm_pp"),
    page!("attack-spsa"),
    page!("attack-square"),
    page!("attack-vni_fgsm"),
    page!("data-cifar10"),
    page!("data-mnist"),
    page!("data-shapes"),
    page!("features"),
    page!("models-bn-free-resnet"),
    page!("models-lenet"),
    page!("models-resnet"),
    page!("models-small-cnn"),
    page!("models-vit"),
    page!("sharpness"),
    page!("uncertainty"),
    page!("valley"),
    page!("warnings"),
];

/// The words of a page's first heading.
pub fn title(text: &'static str) -> &'static str {
    text.lines()
        .find_map(|line| line.strip_prefix("# "))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_of_the_folder_is_served_and_has_a_title() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/definitions");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .map(|entries| {
                entries
                    .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                    .collect()
            })
            .unwrap_or_default();
        there.sort();
        let served: Vec<String> = ALL.iter().map(|(id, _)| format!("{id}.md")).collect();
        assert_eq!(there, served);
        assert!(ALL.iter().all(|(_, text)| !title(text).is_empty()));
    }
}
