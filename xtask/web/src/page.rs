//! `index.html` and the script that starts the module.

use anyhow::{Result, bail};

use crate::asset::Asset;

/// The page's only script. A file of its own, because the content security policy forbids inline scripts.
/// It names the others as they lie to itself, so that the folder may be served under any path.
pub fn boot_script(module: &Asset, wasm: &Asset) -> Asset {
    let text = format!(
        "import start from \"./{}\";\nstart({{ module_or_path: new URL(\"./{}\", import.meta.url) }});\n",
        module.path, wasm.path
    );
    Asset::hashed("boot", "js", text)
}

/// Fills the template's places: `{{css}}`, `{{js}}` and `{{wasm}}` must be there, `{{module}}` (for a preload hint) may be.
pub fn index(
    template: &str,
    css: &Asset,
    boot: &Asset,
    module: &Asset,
    wasm: &Asset,
) -> Result<String> {
    let mut page = template.to_owned();
    for (place, asset, needed) in [
        ("{{css}}", css, true),
        ("{{js}}", boot, true),
        ("{{wasm}}", wasm, true),
        ("{{module}}", module, false),
    ] {
        if needed && !page.contains(place) {
            bail!("static/index.html lacks the place {place}: the page could not load");
        }
        page = page.replace(place, &asset.url());
    }
    if let Some(start) = page.find("{{") {
        let rest: String = page[start..].chars().take(24).collect();
        bail!("static/index.html has a place that nothing fills: {rest:?}");
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets() -> [Asset; 4] {
        ["css", "js", "js", "wasm"].map(|extension| Asset::hashed("a", extension, extension))
    }

    #[test]
    fn every_place_is_filled() {
        let [css, boot, module, wasm] = assets();
        let page = index("{{css}} {{js}} {{wasm}}", &css, &boot, &module, &wasm).unwrap();
        assert_eq!(page, format!("{} {} {}", css.url(), boot.url(), wasm.url()));
    }

    #[test]
    fn a_missing_place_is_named() {
        let [css, boot, module, wasm] = assets();
        let error = index("{{css}} {{js}}", &css, &boot, &module, &wasm).unwrap_err();
        assert!(error.to_string().contains("{{wasm}}"), "{error}");
    }

    #[test]
    fn an_unknown_place_is_named() {
        let [css, boot, module, wasm] = assets();
        let template = "{{css}} {{js}} {{wasm}} {{icon}}";
        let error = index(template, &css, &boot, &module, &wasm).unwrap_err();
        assert!(error.to_string().contains("{{icon}}"), "{error}");
    }

    #[test]
    fn the_boot_script_names_module_and_wasm_beside_itself() {
        let [_, _, module, wasm] = assets();
        let boot = String::from_utf8(boot_script(&module, &wasm).bytes).unwrap();
        for asset in [&module, &wasm] {
            assert!(boot.contains(&format!("\"./{}\"", asset.path)), "{boot}");
        }
        assert!(!boot.contains("\"/"), "{boot}");
    }
}
