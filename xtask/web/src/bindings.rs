//! wasm-bindgen, called as a library: the compiled module becomes a smaller module and a JavaScript file that loads it.

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

/// What the browser loads.
pub struct Bindings {
    pub javascript: String,
    pub wasm: Vec<u8>,
}

/// Makes the bindings. The names and producers sections go: they are two thirds of the file and nothing reads them.
pub fn generate(name: &str, wasm: Vec<u8>) -> Result<Bindings> {
    let mut output = Bindgen::new()
        .input_bytes(name, wasm)
        .web(true)?
        // What the pieces take from the main module goes by the linker's names.
        .keep_lld_exports(true)
        .demangle(false)
        .typescript(false)
        .omit_default_module_path(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .context("wasm-bindgen could not process the frontend")?;
    let inline = output.snippets().values().any(|list| !list.is_empty());
    if inline || !output.local_modules().is_empty() {
        // None of our crates has any. One that did would need its files packed here as well.
        bail!(
            "a dependency of the frontend brings JavaScript files of its own, which xtask/web does not pack yet"
        );
    }
    Ok(Bindings {
        javascript: output.js().to_owned(),
        wasm: output.wasm_mut().emit_wasm(),
    })
}
