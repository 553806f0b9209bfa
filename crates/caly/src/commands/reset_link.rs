use crate::{DataArgs, start};
use anyhow::bail;
use caly_server::auth::links::{Minted, RESET_MS};
use caly_server::clock::{Clock, SystemChance, SystemClock};
use std::process::ExitCode;

/// Options of `caly reset-link`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// The login's e-mail address.
    email: String,
}

/// Prints a link to a new password, for an owner whom nobody else can help;
/// works beside a running server, and stands in the audit of his clients.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = args.data.load()?;
    let store = start::existing_store(&config).await?;
    let Some(user) = store.user_by_email(&args.email).await? else {
        bail!("there is no login with the address {}; check it and try again", args.email);
    };
    let now = SystemClock.now();
    let link = Minted::new(&config.public_url, &SystemChance, now, "reset", RESET_MS);
    store.make_reset_link(user.id, &link.token_hash, true, link.expires_at, now).await?;
    store.close().await;
    eprintln!("caly: whoever opens this within one hour chooses a new password for {}; it works once:", user.email);
    println!("{}", link.url);
    Ok(ExitCode::SUCCESS)
}
