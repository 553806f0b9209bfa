//! What the operator says: `caly.toml`, then `CALY_*`, then the command line.
//! Checked at start; every error names its key.

pub mod lines;
pub mod smtp;

use ipnet::IpNet;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// Everything the operator can set, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the server listens (`listen`, `CALY_LISTEN`).
    pub listen: SocketAddr,
    /// Where data lives (`data`, `CALY_DATA`).
    pub data: PathBuf,
    /// `sqlite` inside `data` unless a `postgres://` URL is given
    /// (`database`, `CALY_DATABASE_URL`).
    pub database: Option<String>,
    /// The address at which carriers and browsers reach us, without a
    /// trailing slash (`public_url`).
    pub public_url: String,
    /// The vault's key file (`vault_key_file`, `CALY_VAULT_KEY_FILE`); outside
    /// `data` unless the operator says otherwise.
    pub vault_key_file: Option<PathBuf>,
    /// Where the speech pack is (`models`, `CALY_MODELS`).
    pub models: Option<PathBuf>,
    /// Addresses to which plain HTTP and private ranges are allowed
    /// (`[outbound] allow`).
    pub outbound_allow: Vec<SocketAddr>,
    /// Proxies whose `X-Forwarded-For` is believed (`trusted_proxies`,
    /// `CALY_TRUSTED_PROXIES`): addresses or networks; nobody's by default.
    pub trusted_proxies: Vec<IpNet>,
    /// Where Stripe answers (`[providers] stripe_url`); another address only
    /// behind a proxy of the operator's own.
    pub stripe_url: String,
    /// Files that are laid over the catalogue's sectors (`[catalog] sectors`,
    /// `CALY_CATALOG_SECTORS`); none by default.
    pub catalog_sectors: Option<PathBuf>,
    /// Most calls at once on this node (`max_calls`, `CALY_MAX_CALLS`).
    pub max_calls: usize,
    /// Connections of every kind, and the patience with them.
    pub lines: lines::Lines,
    /// How long live calls may finish after a stop signal, in seconds.
    pub drain_seconds: u64,
    /// The mail server for invitations and resets (`[smtp]`, `CALY_SMTP_URL`,
    /// `CALY_SMTP_FROM`); without one, links are copied by hand.
    pub smtp: Option<smtp::Smtp>,
}

/// A setting is missing or wrong.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path} cannot be read: {source}; check the path after --config")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not valid TOML or has an unknown key.
    #[error("{path}: {message}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// The parser's words, with line and key.
        message: String,
    },
    /// A value does not fit its key.
    #[error("{key} is \"{value}\": {hint}")]
    Value {
        /// The key as the operator wrote it.
        key: &'static str,
        /// What was given.
        value: String,
        /// What would fit.
        hint: &'static str,
    },
}

/// What the command line says over file and environment.
#[derive(Debug, Default, Clone)]
pub struct Overrides {
    /// `--listen`
    pub listen: Option<String>,
    /// `--data`
    pub data: Option<PathBuf>,
    /// `--database`
    pub database: Option<String>,
    /// `--config`
    pub file: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: Option<String>,
    data: Option<PathBuf>,
    database: Option<String>,
    public_url: Option<String>,
    vault_key_file: Option<PathBuf>,
    models: Option<PathBuf>,
    #[serde(default)]
    trusted_proxies: Vec<String>,
    max_calls: Option<usize>,
    max_connections: Option<usize>,
    drain_seconds: Option<u64>,
    #[serde(default)]
    outbound: Outbound,
    #[serde(default)]
    providers: Providers,
    #[serde(default)]
    smtp: smtp::SmtpFile,
    #[serde(default)]
    catalog: CatalogFile,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogFile {
    sectors: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Providers {
    stripe_url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Outbound {
    #[serde(default)]
    allow: Vec<String>,
}

const LISTEN: &str = "127.0.0.1:8080";
const STRIPE: &str = "https://api.stripe.com";
/// Two hours of headroom over what one small machine carries; raised by key.
const MAX_CALLS: usize = 500;
/// A rolling restart lets live calls finish this long.
const DRAIN_SECONDS: u64 = 15 * 60;

impl Config {
    /// Reads file, environment and command line, the later over the earlier.
    ///
    /// # Errors
    /// [`ConfigError`], naming the key.
    pub fn load(over: &Overrides, env: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let file = read(over.file.as_deref())?;
        let listen = listen(over, env, &file)?;
        let max_calls = number("CALY_MAX_CALLS", env, file.max_calls)?.unwrap_or(MAX_CALLS);
        Ok(Self {
            listen,
            data: first([over.data.clone(), env("CALY_DATA").map(Into::into), file.data])
                .unwrap_or_else(|| PathBuf::from("data")),
            database: database([
                ("--database", over.database.clone()),
                ("CALY_DATABASE_URL", env("CALY_DATABASE_URL")),
                ("database", file.database),
            ])?,
            public_url: public_url(env, file.public_url, listen)?,
            vault_key_file: first([env("CALY_VAULT_KEY_FILE").map(Into::into), file.vault_key_file]),
            models: first([env("CALY_MODELS").map(Into::into), file.models]),
            trusted_proxies: proxies(env, file.trusted_proxies)?,
            stripe_url: file.providers.stripe_url.clone().unwrap_or_else(|| STRIPE.to_owned()),
            outbound_allow: file.outbound.allow.iter().map(|s| allow(s)).collect::<Result<_, _>>()?,
            catalog_sectors: first([env("CALY_CATALOG_SECTORS").map(Into::into), file.catalog.sectors])
                .filter(|dir| !dir.as_os_str().is_empty()),
            lines: lines::lines(env, file.max_connections, max_calls)?,
            max_calls,
            drain_seconds: number("CALY_DRAIN_SECONDS", env, file.drain_seconds)?.unwrap_or(DRAIN_SECONDS),
            smtp: smtp::smtp(env, file.smtp)?,
        })
    }

    /// The public address with `ws` for `http`, for stream URLs.
    #[must_use]
    pub fn public_ws_url(&self) -> String {
        // `https` becomes `wss` and `http` becomes `ws`.
        self.public_url.replacen("http", "ws", 1)
    }

    /// Whether only this machine reaches the server: it listens on loopback, and
    /// no public address tells of a proxy that opens it to others.
    #[must_use]
    pub fn stays_here(&self) -> bool {
        let url = url::Url::parse(&self.public_url);
        let public = match url.as_ref().ok().and_then(url::Url::host) {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        };
        self.listen.ip().is_loopback() && public
    }
}

fn first<T, const N: usize>(options: [Option<T>; N]) -> Option<T> {
    options.into_iter().flatten().next()
}

/// A key as the operator writes it, and what it holds.
type Said = (&'static str, Option<String>);

/// The first that is said: an empty text is as good as none.
fn chosen<const N: usize>(said: [Said; N]) -> Option<(&'static str, String)> {
    said.into_iter().find_map(|(key, value)| value.filter(|v| !v.is_empty()).map(|v| (key, v)))
}

fn read(path: Option<&Path>) -> Result<File, ConfigError> {
    let named = path.is_some();
    let path = path.unwrap_or(Path::new("caly.toml"));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && !named => return Ok(File::default()),
        Err(source) => return Err(ConfigError::Read { path: path.to_owned(), source }),
    };
    toml::from_str(&text).map_err(|e| ConfigError::Parse { path: path.to_owned(), message: e.to_string() })
}

fn listen(over: &Overrides, env: &dyn Fn(&str) -> Option<String>, file: &File) -> Result<SocketAddr, ConfigError> {
    let said =
        [("--listen", over.listen.clone()), ("CALY_LISTEN", env("CALY_LISTEN")), ("listen", file.listen.clone())];
    let (key, value) = chosen(said).unwrap_or_else(|| ("listen", LISTEN.to_owned()));
    value.parse().map_err(|_| ConfigError::Value {
        key,
        value,
        hint: "give an address and a port, such as 127.0.0.1:8080",
    })
}

fn database(said: [Said; 3]) -> Result<Option<String>, ConfigError> {
    match chosen(said) {
        Some((_, url)) if url.starts_with("postgres://") || url.starts_with("postgresql://") => Ok(Some(url)),
        Some((key, value)) => Err(ConfigError::Value {
            key,
            // The value may hold a password: only its scheme is shown.
            value: value.split(':').next().unwrap_or_default().to_owned(),
            hint: "give a postgres:// URL, or leave it out for SQLite inside the data directory",
        }),
        None => Ok(None),
    }
}

/// `CALY_PUBLIC_URL` before `EXOTEL_WEBHOOK_BASE_URL` before
/// `RAILWAY_PUBLIC_DOMAIN`; without a scheme it is https.
fn public_url(
    env: &dyn Fn(&str) -> Option<String>,
    file: Option<String>,
    listen: SocketAddr,
) -> Result<String, ConfigError> {
    let sources = [
        ("CALY_PUBLIC_URL", env("CALY_PUBLIC_URL")),
        ("public_url", file),
        ("EXOTEL_WEBHOOK_BASE_URL", env("EXOTEL_WEBHOOK_BASE_URL")),
        ("RAILWAY_PUBLIC_DOMAIN", env("RAILWAY_PUBLIC_DOMAIN")),
    ];
    let Some((key, value)) = chosen(sources) else {
        return Ok(format!("http://{listen}"));
    };
    let full = if value.contains("://") { value.clone() } else { format!("https://{value}") };
    let bad = |hint| ConfigError::Value { key, value: value.clone(), hint };
    let url = url::Url::parse(&full).map_err(|_| bad("give an address such as https://calls.example.com"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(bad("give an http or https address such as https://calls.example.com"));
    }
    if url.path() != "/" || url.query().is_some() {
        return Err(bad("give only scheme, host and port: Caly adds the paths"));
    }
    Ok(full.trim_end_matches('/').to_owned())
}

fn allow(value: &str) -> Result<SocketAddr, ConfigError> {
    value.parse().map_err(|_| ConfigError::Value {
        key: "outbound.allow",
        value: value.to_owned(),
        hint: "list exact addresses with ports, such as \"127.0.0.1:8090\"",
    })
}

/// An address alone is a network of one.
fn proxies(env: &dyn Fn(&str) -> Option<String>, file: Vec<String>) -> Result<Vec<IpNet>, ConfigError> {
    let (key, list) = match env("CALY_TRUSTED_PROXIES") {
        Some(text) => ("CALY_TRUSTED_PROXIES", text.split(',').map(str::to_owned).collect()),
        None => ("trusted_proxies", file),
    };
    let network = |text: &String| {
        let text = text.trim();
        let one = text.parse::<IpAddr>().map(IpNet::from);
        text.parse().or(one).map_err(|_| ConfigError::Value {
            key,
            value: text.to_owned(),
            hint: "list addresses or networks, such as \"10.0.0.7\" or \"10.0.0.0/8\"",
        })
    };
    list.iter().filter(|text| !text.trim().is_empty()).map(network).collect()
}

fn number<T: std::str::FromStr>(
    key: &'static str,
    env: &dyn Fn(&str) -> Option<String>,
    file: Option<T>,
) -> Result<Option<T>, ConfigError> {
    match env(key) {
        None => Ok(file),
        Some(value) => match value.parse() {
            Ok(n) => Ok(Some(n)),
            Err(_) => Err(ConfigError::Value { key, value, hint: "give a whole number" }),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let pairs: Vec<_> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Config::load(&Overrides::default(), &move |key| pairs.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone()))
    }

    #[test]
    fn the_public_address_has_an_order() {
        let all = [
            ("RAILWAY_PUBLIC_DOMAIN", "c.example"),
            ("EXOTEL_WEBHOOK_BASE_URL", "https://b.example"),
            ("CALY_PUBLIC_URL", "a.example"),
        ];
        assert_eq!(load(&all).unwrap().public_url, "https://a.example");
        assert_eq!(load(&all[..2]).unwrap().public_url, "https://b.example");
        assert_eq!(load(&all[..1]).unwrap().public_url, "https://c.example");
        assert_eq!(load(&[]).unwrap().public_url, "http://127.0.0.1:8080");
        assert_eq!(load(&all).unwrap().public_ws_url(), "wss://a.example");
    }

    #[test]
    fn a_proxy_opens_a_loopback_address_to_others() {
        for (listen, public, here) in [
            ("127.0.0.1:8080", None, true),
            ("[::1]:8080", None, true),
            ("0.0.0.0:8080", None, false),
            ("127.0.0.1:8080", Some("http://localhost:9000"), true),
            ("127.0.0.1:8080", Some("calls.example.com"), false),
            ("127.0.0.1:8080", Some("http://192.168.1.5:8080"), false),
            ("0.0.0.0:8080", Some("http://127.0.0.1:8080"), false),
        ] {
            let mut set = vec![("CALY_LISTEN", listen)];
            set.extend(public.map(|url| ("CALY_PUBLIC_URL", url)));
            assert_eq!(load(&set).unwrap().stays_here(), here, "{listen} {public:?}");
        }
    }

    #[test]
    fn errors_name_the_key() {
        for (key, value, named) in [
            ("CALY_LISTEN", "8080", "CALY_LISTEN"),
            ("CALY_DATABASE_URL", "mysql://x", "CALY_DATABASE_URL"),
            ("CALY_TRUSTED_PROXIES", "10.0.0.1, everybody", "CALY_TRUSTED_PROXIES"),
            ("CALY_PUBLIC_URL", "ftp://x", "CALY_PUBLIC_URL"),
            ("CALY_PUBLIC_URL", "https://x/y", "CALY_PUBLIC_URL"),
            ("CALY_MAX_CALLS", "many", "CALY_MAX_CALLS"),
            ("CALY_MAX_CONNECTIONS", "500", "max_connections"),
        ] {
            let err = load(&[(key, value)]).unwrap_err().to_string();
            assert!(err.starts_with(named), "{err}");
        }
    }

    #[test]
    fn nobody_is_a_trusted_proxy_unless_named() {
        assert!(load(&[]).unwrap().trusted_proxies.is_empty());
        let named = load(&[("CALY_TRUSTED_PROXIES", "10.0.0.0/8, 192.168.1.7,::1")]).unwrap().trusted_proxies;
        let words: Vec<String> = named.iter().map(ToString::to_string).collect();
        assert_eq!(words, ["10.0.0.0/8", "192.168.1.7/32", "::1/128"]);
    }

    #[test]
    fn a_password_in_a_bad_database_url_is_not_shown() {
        let err = load(&[("CALY_DATABASE_URL", "mysql://u:secret@h/d")]).unwrap_err().to_string();
        assert!(!err.contains("secret"), "{err}");
    }

    #[test]
    fn an_unknown_key_in_the_file_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("caly.toml");
        std::fs::write(&file, "lisen = \"127.0.0.1:1\"\n").unwrap();
        let over = Overrides { file: Some(file), ..Overrides::default() };
        let err = Config::load(&over, &|_| None).unwrap_err().to_string();
        assert!(err.contains("lisen"), "{err}");
    }
}
