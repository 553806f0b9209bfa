use crate::overhear::Overhearing;
use crate::tell::Telling;
use crate::{DataArgs, caller, lock, narrate, start};
use anyhow::{Context, bail};
use caly_core::scope::Scope;
use caly_rehearsal::knobs::Knobs;
use caly_rehearsal::scenarios;
use caly_rehearsal::shop::FakeShop;
use caly_server::app::Node;
use caly_server::clock::{Clock, SystemClock};
use caly_server::config::Config;
use caly_server::demo::{self, Door, ShopAt};
use caly_store::Store;
use serde_json::json;
use std::collections::BTreeMap;
use std::process::ExitCode;
use tokio_util::sync::CancellationToken;

/// Options of `caly demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// Throw the demo's data away and begin anew.
    #[arg(long)]
    fresh: bool,
    /// Listen beyond this machine; the owners get a random password.
    #[arg(long)]
    public: bool,
    /// Let a synthetic caller place one spoken call and print it.
    #[arg(long)]
    call: bool,
    /// Print what happens as JSON lines.
    #[arg(long)]
    json: bool,
}

/// Where the demo keeps its data unless told otherwise.
const DATA: &str = "build/demo";

/// The fake shop's token: worthless outside this process.
const SHOP_TOKEN: &str = "shpat_demo_only";

/// Serves two made-up clients with thirty days of history.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut config = config(&args)?;
    let mut lock = lock::take(&config.data)?;
    if args.fresh {
        forget(&config)?;
    }
    let shop = FakeShop::open(SHOP_TOKEN, jiff::Timestamp::from_millisecond(SystemClock.now().0)?).await?;
    config.outbound_allow.push(shop.url().trim_start_matches("http://").trim_end_matches('/').parse()?);
    // A port that another program has is said before anything is made.
    let listener = start::listen(&config).await?;
    let store = start::store(&config).await?;
    let password = if args.public { random_password() } else { "password".to_owned() };
    let (node, doors) = prepare(&config, &store, &password, &shop).await?;
    start::recover(&node, &mut lock).await?;
    let tell = Telling::of(args.json);
    welcome(&config, &doors, &password, tell);
    let stop = start::stop_signal()?;
    if args.call {
        tokio::spawn(opening_call(config.clone(), node.clone(), doors[0].clone(), tell));
    }
    node.serve(listener, stop).await;
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Clients, people and their past.
async fn prepare(config: &Config, store: &Store, password: &str, shop: &FakeShop) -> anyhow::Result<(Node, Vec<Door>)> {
    let master = start::master(config, store).await?;
    let installed = start::speech(config)?;
    let node = start::node(config, store, &master, &installed, None)?;
    let at = ShopAt { address: shop.url(), token: SHOP_TOKEN.into() };
    let doors = demo::prepare(&node, password, Some(at)).await?;
    let now = SystemClock.now();
    let still = demo::still(now);
    let past = start::node(config, store, &master, &installed, Some(still.clone()))?;
    eprintln!("caly: thirty days of history, through the real routing and scoring …");
    let made = demo::top_up(&past, &still, &doors, now).await?;
    eprintln!("caly: {made} calls were added");
    Ok((node, doors))
}

/// One spoken call (by keypad without the pack), told as it happens.
async fn opening_call(config: Config, node: Node, door: Door, tell: Telling) {
    if let Err(e) = call_and_tell(&config, &node, &door, tell).await {
        eprintln!("caly: the opening call did not work: {e:#}");
    }
}

async fn call_and_tell(config: &Config, node: &Node, door: &Door, tell: Telling) -> anyhow::Result<()> {
    let models = start::models_dir(config)?;
    let ears = node.telephony.speech.ears.is_some();
    let voice = ears.then(|| caller::voice(&models, &config.data)).flatten();
    let name = if voice.is_some() { "order" } else { "order_keypad" };
    let scenario = scenarios::named(name).context("the rehearsal has no order call")?;
    let line = caller::line(&format!("http://{}", config.listen), &door.hook_key, door.number, Knobs::with_people())?;
    let sid = line.call_sid.clone();
    let ringing = || format!("\nA caller rings {} ({}):", door.name, scenario.shows);
    tell.say("rings", ringing, || json!({ "client": door.name, "script": name, "carrier_call_id": sid }));
    let before = narrate::standings(node, door).await?;
    let over = CancellationToken::new();
    let overhearing = Overhearing::begin(node, Scope::system(door.client), sid.clone(), tell).await?;
    let overheard = tokio::spawn(overhearing.follow(over.clone()));
    let report = caller::place(line, scenario.script(), voice, tell).await?;
    over.cancel();
    overheard.await??;
    tell.say("walked", || format!("  {}", caller::figures(&report)), || json!({ "report": report }));
    narrate::outcome(node, door, &sid, &before, tell).await
}

fn config(args: &Args) -> anyhow::Result<Config> {
    let mut data = args.data.clone();
    data.data = data.data.or_else(|| std::env::var_os("CALY_DATA").map(Into::into)).or_else(|| Some(DATA.into()));
    let config = data.load()?;
    if !args.public && !config.stays_here() {
        bail!(
            "the demo's logins are known to everybody: listen on 127.0.0.1 with no public address, \
             or add --public for a random password"
        );
    }
    Ok(config)
}

fn forget(config: &Config) -> anyhow::Result<()> {
    if config.database.is_some() {
        bail!("--fresh empties the data directory only; empty the PostgreSQL database yourself");
    }
    for name in ["caly.db", "caly.db-wal", "caly.db-shm"] {
        match std::fs::remove_file(config.data.join(name)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(e).with_context(|| format!("{name} cannot be removed"));
            }
            _ => {}
        }
    }
    Ok(())
}

fn random_password() -> String {
    caly_server::inbound::keys::mint_token(&caly_server::clock::SystemChance)
}

/// As it was called, so that the line can be typed again.
fn program() -> String {
    std::env::args().next().unwrap_or_else(|| "caly".to_owned())
}

fn welcome(config: &Config, doors: &[Door], password: &str, tell: Telling) {
    let hook = |door: &Door, applet: &str| format!("{}/exotel/{}/{applet}", config.public_url, door.hook_key);
    if tell == Telling::Json {
        let client = |door: &Door| {
            let urls =
                ["voicebot", "after-bot", "connect", "after-connect"].map(|a| (a.replace('-', "_"), hook(door, a)));
            json!({ "name": door.name, "email": door.email, "password": password, "number": door.number,
                "hook_urls": BTreeMap::from(urls) })
        };
        let clients: Vec<_> = doors.iter().map(client).collect();
        tell.say("ready", String::new, || json!({ "url": config.public_url, "clients": clients }));
        return;
    }
    println!("\nCaly is up at {}\n", config.public_url);
    for door in doors {
        println!("  {:<22} log in as {} / {password}", door.name, door.email);
        println!("    Exotel, Voicebot applet        {}", hook(door, "voicebot"));
        println!("    Exotel, Passthru after it      {}", hook(door, "after-bot"));
        println!("    Exotel, Connect                {}", hook(door, "connect"));
        println!("    Exotel, Passthru after Connect {}", hook(door, "after-connect"));
    }
    println!("\nTry next:");
    println!("  the app            {}/", config.public_url);
    println!("  the API            {}/api/docs", config.public_url);
    for (door, scenario) in doors.iter().zip(["return", "appointment_book"]) {
        let to = door.number;
        println!("  a call             {} rehearse --url {} \\", program(), config.public_url);
        println!("                       --key {} --to {to} --scenario {scenario}", door.hook_key);
    }
    println!("  what callers want  {} rehearse --scenario list", program());
    println!("Stop with Ctrl-C.");
}
