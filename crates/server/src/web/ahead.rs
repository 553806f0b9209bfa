//! What the browser will ask for next, told with the page itself: the files of
//! the page at this address and who is logged in. It asks for them while it
//! still reads the app's first file, in place of one after the other.

use axum::http::HeaderValue;
use include_dir::Dir;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The bundler's account of its files, by the source that each came from.
const MANIFEST: &str = ".vite/manifest.json";
/// The app's first file; all that it needs is in it.
const ENTRY: &str = "index.html";
/// The frame of every page behind the login, a route without a path.
const FRAME: &str = "_app";
/// As the router's plugin names the part of a route that loads when it is shown.
const ROUTES: (&str, &str) = ("src/routes/", ".tsx?tsr-split=component");
/// The letters of every language that the app is written in.
const FONT: &str = "-latin-wght-normal.woff2";
/// The frame's first question (`web/src/api/session.ts`).
const WHO: &str = "</api/auth/me>; rel=preload; as=fetch; crossorigin";
/// Nothing runs before it (`web/index.html`).
const THEME: &str = "</theme.js>; rel=preload; as=script";

#[derive(Deserialize)]
struct Chunk {
    file: String,
    #[serde(default)]
    imports: Vec<String>,
    #[serde(default)]
    css: Vec<String>,
}

type Manifest = BTreeMap<String, Chunk>;

/// One address of the app.
struct Page {
    /// The parts of its path; one that begins with `$` stands for any.
    path: Vec<String>,
    link: HeaderValue,
}

/// Every address of the app with the `Link` header of its page.
#[derive(Default)]
pub struct Ahead(Vec<Page>);

impl Ahead {
    /// Of an app without a manifest (built where Node was missing) nothing is told.
    pub fn read(dist: &Dir<'_>) -> Self {
        let manifest = dist.get_file(MANIFEST).and_then(|file| serde_json::from_slice(file.contents()).ok());
        manifest.map(|manifest| Self::of(&manifest)).unwrap_or_default()
    }

    fn of(manifest: &Manifest) -> Self {
        let names = manifest.keys().filter_map(|key| key.strip_prefix(ROUTES.0)?.strip_suffix(ROUTES.1));
        let mut pages: Vec<_> = names.filter(|name| *name != FRAME).filter_map(|name| page(manifest, name)).collect();
        // A name goes before a place that anything fits, as in the app's router.
        pages.sort_by_key(|page| page.path.iter().filter(|part| part.starts_with('$')).count());
        Self(pages)
    }

    /// The header for the page at `path`.
    pub fn link(&self, path: &str) -> Option<&HeaderValue> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let fits = |page: &&Page| {
            page.path.len() == parts.len() && page.path.iter().zip(&parts).all(|(p, q)| p.starts_with('$') || p == q)
        };
        self.0.iter().find(fits).map(|page| &page.link)
    }
}

/// The page of the route file `name`, such as `_app/team.$memberId`.
fn page(manifest: &Manifest, name: &str) -> Option<Page> {
    let (framed, dotted) = match name.strip_prefix(FRAME).and_then(|rest| rest.strip_prefix('/')) {
        Some(inner) => (true, inner),
        None => (false, name),
    };
    let mut path: Vec<String> = dotted.split('.').map(str::to_owned).collect();
    // A route's parents are drawn around it.
    let mut routes: BTreeSet<String> =
        (1..=path.len()).map(|n| format!("{}{}", if framed { "_app/" } else { "" }, path[..n].join("."))).collect();
    if framed {
        routes.insert(FRAME.to_owned());
    }
    let mut keys = BTreeSet::new();
    for route in routes {
        gather(manifest, &format!("{}{route}{}", ROUTES.0, ROUTES.1), &mut keys);
    }
    path.retain(|part| part != "index");
    let told = told(manifest, &keys, framed);
    HeaderValue::from_str(&told.join(", ")).ok().map(|link| Page { path, link })
}

/// What is needed first comes first: a browser asks for six files at a time.
fn told(manifest: &Manifest, keys: &BTreeSet<&str>, framed: bool) -> Vec<String> {
    let module = |chunk: &Chunk| format!("</{}>; rel=modulepreload", chunk.file);
    let entry = manifest.get(ENTRY);
    let styles = entry.into_iter().flat_map(|entry| &entry.css);
    let font = manifest.iter().find(|(key, _)| key.ends_with(FONT)).map(|(_, font)| &font.file);
    std::iter::once(THEME.to_owned())
        .chain(styles.map(|file| format!("</{file}>; rel=preload; as=style; crossorigin")))
        .chain(entry.map(module))
        .chain(framed.then(|| WHO.to_owned()))
        .chain(keys.iter().filter_map(|key| manifest.get(*key)).map(module))
        .chain(font.map(|file| format!("</{file}>; rel=preload; as=font; type=\"font/woff2\"; crossorigin")))
        .collect()
}

/// `key` and all that comes at once with it, but for what comes with the entry.
fn gather<'m>(manifest: &'m Manifest, key: &str, keys: &mut BTreeSet<&'m str>) {
    let Some((key, chunk)) = manifest.get_key_value(key).filter(|(key, _)| *key != ENTRY) else { return };
    if keys.insert(key) {
        for next in &chunk.imports {
            gather(manifest, next, keys);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ahead() -> Ahead {
        let chunk = |file: &str, imports: &[&str]| serde_json::json!({ "file": format!("assets/{file}.js"), "imports": imports });
        let manifest = serde_json::json!({
            "index.html": { "file": "assets/entry.js", "css": ["assets/look.css"] },
            "_table.js": chunk("table", &["index.html", "_row.js"]),
            "_row.js": chunk("row", &["_table.js"]),
            "src/routes/_app.tsx?tsr-split=component": chunk("frame", &["index.html"]),
            "src/routes/_app/index.tsx?tsr-split=component": chunk("overview", &[]),
            "src/routes/_app/team.index.tsx?tsr-split=component": chunk("team", &["_table.js"]),
            "src/routes/_app/team.$memberId.tsx?tsr-split=component": chunk("member", &[]),
            "src/routes/_app/team.new.tsx?tsr-split=component": chunk("new", &[]),
            "src/routes/_app/settings.tsx?tsr-split=component": chunk("settings", &[]),
            "src/routes/_app/settings.jobs.tsx?tsr-split=component": chunk("jobs", &[]),
            "src/routes/login.tsx?tsr-split=component": chunk("login", &[]),
            "src/routes/login.tsx?tsr-split=errorComponent": chunk("failed", &[]),
            "node_modules/inter/inter-latin-wght-normal.woff2": { "file": "assets/inter.woff2" },
        });
        Ahead::of(&serde_json::from_value(manifest).unwrap())
    }

    /// The files that are told for `path`, in short.
    fn told(path: &str) -> Vec<String> {
        let ahead = ahead();
        let Some(link) = ahead.link(path) else { return Vec::new() };
        let files = link.to_str().unwrap().split(", ").map(|one| one.split('>').next().unwrap());
        files.map(|file| file.trim_start_matches("</").trim_start_matches("assets/").to_owned()).collect()
    }

    #[test]
    fn a_page_is_told_with_its_frame_its_parents_and_all_that_they_share() {
        let pages: [(&str, &[&str]); 5] = [
            ("/team", &["row.js", "table.js", "frame.js", "team.js"]),
            ("/team/01J9", &["frame.js", "member.js"]),
            ("/team/new", &["frame.js", "new.js"]),
            ("/settings/jobs/", &["frame.js", "jobs.js", "settings.js"]),
            ("/", &["frame.js", "overview.js"]),
        ];
        for (path, own) in pages {
            let first: &[&str] = &["theme.js", "look.css", "entry.js", "api/auth/me"];
            assert_eq!(told(path), [first, own, &["inter.woff2"]].concat(), "{path}");
        }
    }

    #[test]
    fn before_the_login_nobody_is_asked_for() {
        assert_eq!(told("/login"), ["theme.js", "look.css", "entry.js", "login.js", "inter.woff2"]);
    }

    #[test]
    fn an_address_that_the_app_does_not_have_tells_nothing() {
        for path in ["/nowhere", "/_app", "/team/1/calls", "/login/again"] {
            assert_eq!(told(path), [""; 0], "{path}");
        }
    }

    #[test]
    fn the_built_app_has_its_pages() {
        let built = Ahead::read(&super::super::DIST);
        // Without Node there is no app to look into.
        if super::super::DIST.get_file(MANIFEST).is_some() {
            for path in ["/", "/team", "/team/7", "/calls", "/settings/phone", "/login"] {
                let link = built.link(path).unwrap_or_else(|| panic!("{path}")).to_str().unwrap();
                assert!(link.contains("rel=modulepreload") && link.contains("as=font"), "{path}: {link}");
            }
        }
    }
}
