//! The private cluster. A `static` is never dropped, so a small shell stands
//! guard: it stops the server and removes the directory when this process's
//! end of its standard input closes, however the process ended.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A running cluster on 127.0.0.1.
pub(super) struct Cluster {
    port: u16,
    /// Its standard input is what the guard waits on.
    _guard: Child,
}

/// Starts, says READY, waits for the end of its input, stops, removes.
/// `$1` the programs' directory, `$2` the data directory, `$3` the port.
const GUARD: &str = r#"
trap "" INT
"$1/initdb" -D "$2/data" -U postgres -A trust --no-sync --no-instructions -E UTF8 --locale=C >"$2/log" 2>&1 &&
"$1/pg_ctl" -D "$2/data" -w -l "$2/log" -o "-p $3 -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=300" start >>"$2/log" 2>&1 &&
echo READY || { cat "$2/log"; echo FAILED; }
cat >/dev/null
"$1/pg_ctl" -D "$2/data" -m immediate stop >/dev/null 2>&1
rm -rf "$2"
"#;

impl Cluster {
    /// `None` when there is no `initdb`.
    ///
    /// # Panics
    /// When there is one and it does not start: that is a failure to look at,
    /// not a missing engine.
    pub(super) fn start() -> Option<Self> {
        let programs = programs()?;
        let dir = tempfile::Builder::new().prefix("caly-pg-").tempdir().ok()?.keep();
        let port = TcpListener::bind("127.0.0.1:0").ok()?.local_addr().ok()?.port();
        let mut guard = guard(&programs, &dir, port).spawn().ok()?;
        let mut lines = BufReader::new(guard.stdout.take()?).lines();
        let mut said = String::new();
        loop {
            match lines.next() {
                Some(Ok(line)) if line == "READY" => return Some(Self { port, _guard: guard }),
                Some(Ok(line)) if line != "FAILED" => said = format!("{said}{line}\n"),
                _ => panic!("the private PostgreSQL cluster did not start:\n{said}"),
            }
        }
    }

    pub(super) fn url(&self, name: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{name}", self.port)
    }
}

/// The directory that really holds the programs: links and wrappers on the
/// PATH are resolved by `pg_config`, where there is one.
fn programs() -> Option<PathBuf> {
    let mut places: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|dirs| dirs.flatten().map(|dir| dir.path().join("bin")).collect())
        .unwrap_or_default();
    // The newest of several versions.
    places.sort();
    places.reverse();
    let path = std::env::var_os("PATH").unwrap_or_default();
    places.extend(std::env::split_paths(&path));
    places.into_iter().find(|dir| dir.join("initdb").exists() && dir.join("pg_ctl").exists())
}

/// `initdb` refuses root: then an ordinary account does the work.
fn guard(programs: &Path, dir: &Path, port: u16) -> Command {
    let root = Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout == b"0\n");
    let mut command = if root {
        let account = account();
        let owned = Command::new("chown").arg(account).arg(dir).status();
        assert!(owned.is_ok_and(|s| s.success()), "cannot give the directory to {account}");
        let mut command = Command::new("setpriv");
        let group = Command::new("id").args(["-g", account]).output().expect("id ran just before");
        let group = String::from_utf8_lossy(&group.stdout).trim().to_owned();
        command.args(["--reuid", account, "--regid", &group, "--clear-groups", "sh"]);
        command
    } else {
        Command::new("sh")
    };
    command
        .args(["-c", GUARD, "guard"])
        .arg(programs)
        .arg(dir)
        .arg(port.to_string())
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

fn account() -> &'static str {
    let known = Command::new("id").arg("postgres").output().is_ok_and(|o| o.status.success());
    if known { "postgres" } else { "nobody" }
}
