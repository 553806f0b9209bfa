//! No public method without a contract: the source is scanned.

use std::path::Path;

#[test]
fn every_public_method_of_the_store_is_exercised_by_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tests = read_all(&root.join("tests/contract"));
    let mut names = Vec::new();
    for block in read_all(&root.join("src")).split("\nimpl Store {").skip(1) {
        let block = block.split("\n}\n").next().unwrap_or(block);
        for line in block.lines() {
            let line = line.trim_start();
            let name = line.strip_prefix("pub async fn ").or_else(|| line.strip_prefix("pub fn "));
            if let Some(name) = name {
                names.push(name.split(['(', '<']).next().unwrap_or(name).to_owned());
            }
        }
    }
    assert!(names.len() > 70, "the scan found only {}: {names:?}", names.len());
    let missing: Vec<_> = names
        .iter()
        .filter(|name| !tests.contains(&format!(".{name}(")) && !tests.contains(&format!("::{name}(")))
        .collect();
    assert!(missing.is_empty(), "without a contract: {missing:?}");
}

fn read_all(dir: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &read_all(&path);
        } else if path.extension().is_some_and(|e| e == "rs") {
            text += &std::fs::read_to_string(&path).unwrap();
        }
    }
    text
}
