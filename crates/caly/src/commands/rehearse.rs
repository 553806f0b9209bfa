use crate::caller;
use crate::tell::Telling;
use anyhow::{Context, bail};
use caly_rehearsal::knobs::{Dialect, Knobs};
use caly_rehearsal::script::Script;
use caly_rehearsal::voice::read_wav;
use caly_rehearsal::{load, scenarios};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;

/// Options of `caly rehearse`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The Caly to call.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    url: String,
    /// The channel's hook key (`GET /api/channels` shows it).
    #[arg(long, value_name = "KEY", env = "CALY_HOOK_KEY")]
    key: Option<String>,
    /// The channel's number (by default the demo shop's).
    #[arg(long, value_name = "E164", default_value = "+918047491899")]
    to: String,
    /// What the caller wants; `list` names them all.
    #[arg(long, default_value = "order")]
    scenario: String,
    /// Say this WAV file (16 bits, any rate) instead, after the agent has spoken;
    /// repeat it for the next answer.
    #[arg(long, value_name = "FILE", conflicts_with = "scenario")]
    wav: Vec<PathBuf>,
    /// How many calls.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    calls: u32,
    /// Calls begun each second.
    #[arg(long, default_value_t = 1.0, value_parser = rate)]
    rate: f64,
    /// Speak the carrier's camelCase dialect.
    #[arg(long)]
    camel: bool,
    /// Keep both directions as WAV files in this directory.
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
    /// The speech pack's directory.
    #[arg(long, value_name = "DIR", env = "CALY_MODELS")]
    models: Option<PathBuf>,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

/// Places rehearsed calls.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    if args.scenario == "list" {
        list(args.json);
        return Ok(ExitCode::SUCCESS);
    }
    let script = script(&args)?;
    let key = args.key.clone().context("give the channel's hook key with --key, or in CALY_HOOK_KEY")?;
    let models = args.models.clone().map_or_else(caly_local_voice::pack::default_dir, Ok)?;
    let voice = script.speaks().then(|| caller::voice(&models, &std::env::temp_dir())).flatten();
    let dialect = if args.camel { Dialect::Camel } else { Dialect::Snake };
    let knobs = Knobs { dialect, record_dir: args.record.clone(), ..Knobs::with_people() };
    if args.calls == 1 {
        let line = caller::line(&args.url, &key, &args.to, knobs)?;
        let report = caller::place(line, script, voice, Telling::People).await?;
        println!("{}", if args.json { serde_json::to_string_pretty(&report)? } else { caller::figures(&report) });
        return Ok(if report.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let first = caller::line(&args.url, &key, &args.to, knobs)?;
    let report = load::run(args.calls as usize, args.rate, |n| load::Job {
        line: carrier_line(&first, n),
        script: script.clone(),
        voice: voice.clone(),
    })
    .await;
    println!("{}", if args.json { serde_json::to_string_pretty(&report)? } else { report.to_string() });
    Ok(if report.errors.is_empty() && report.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn script(args: &Args) -> anyhow::Result<Script> {
    if !args.wav.is_empty() {
        let read = |path: &PathBuf| {
            read_wav(path).with_context(|| format!("{} is no WAV file of 16 bits that can be read", path.display()))
        };
        return Ok(scenarios::recordings(args.wav.iter().map(read).collect::<anyhow::Result<_>>()?));
    }
    let Some(scenario) = scenarios::named(&args.scenario) else {
        bail!("there is no scenario {}; `caly rehearse --scenario list` names them", args.scenario);
    };
    Ok(scenario.script())
}

fn list(json: bool) {
    if json {
        let all = scenarios::ALL.iter().map(|s| json!({"name": s.name, "sector": s.sector.word(), "shows": s.shows}));
        println!("{}", all.collect::<Value>());
        return;
    }
    for s in scenarios::ALL {
        println!("{:<22} {:<11} {}", s.name, s.sector.word(), s.shows);
    }
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse::<f64>().map_err(|e| e.to_string())?;
    if rate.is_finite() && rate > 0.0 { Ok(rate) } else { Err("give a number above 0".to_owned()) }
}

fn carrier_line(first: &caly_rehearsal::carrier::Line, n: usize) -> caly_rehearsal::carrier::Line {
    caly_rehearsal::carrier::Line { call_sid: format!("{}-{n}", first.call_sid), ..first.clone() }
}
