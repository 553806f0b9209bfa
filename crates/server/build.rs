//! The browser app is embedded from `web/dist`, which `make web` builds with
//! Node. Without it a page that says so stands in, and cargo builds all the same.

use std::path::Path;
use std::{env, fs, io};

const STAND_IN: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Caly</title><h1>Caly runs, without its pages</h1><p>This binary was built without the browser app. With Node 20 or newer, run <code>make web build</code> and start it again. The API is at <a href=\"/api/docs\">/api/docs</a>.</p></html>\n";

fn main() -> io::Result<()> {
    // Cargo sets it for every build script.
    let here = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let dist = Path::new(&here).join("../../web/dist");
    let page = dist.join("index.html");
    if !page.exists() {
        fs::create_dir_all(&dist)?;
        fs::write(&page, STAND_IN)?;
    }
    println!("cargo::rerun-if-changed={}", dist.display());
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
