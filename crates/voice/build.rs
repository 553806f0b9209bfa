//! The recordings are embedded: cargo has to know that they are sources.

fn main() {
    println!("cargo::rerun-if-changed=prompts");
}
