//! What one routing decision costs: the binary's own measurement.

use crate::Args;
use crate::table::{Table, Taken};
use anyhow::{Context, ensure};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

const BAR_US: f64 = 50.0;

/// Median of 20,000 decisions among 200 members with 54 agents, several times.
pub fn measure(args: &Args, caly: &Path, table: &mut Table, others: f64) -> anyhow::Result<()> {
    let values = (0..args.repeats).map(|_| median_us(caly)).collect::<anyhow::Result<_>>()?;
    let over = "200 members, 54 agents; median of 20,000, thread CPU time".to_owned();
    table.add("one routing decision", Taken { values, others, over }, "µs", Some(BAR_US));
    Ok(())
}

fn median_us(caly: &Path) -> anyhow::Result<f64> {
    let out = Command::new(caly).args(["simulate", "routing", "--decision", "--json"]).output()?;
    // It fails when its gate does; the figure is there all the same.
    let said: Value =
        serde_json::from_slice(&out.stdout).context("caly simulate routing --decision printed no JSON")?;
    let us = said["figures"][0]["median_us"].as_f64().context("no median_us in the decision's figures")?;
    ensure!(us > 0.0, "a decision cannot cost nothing");
    Ok(us)
}
