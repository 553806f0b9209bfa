//! What the kernel counts: CPU time and memory of a process, and what the rest
//! of the machine did meanwhile, so that a noisy run says so.

use anyhow::Context;
use std::time::Duration;
use tokio::time::Instant;

/// Linux shows times in hundredths of a second (`USER_HZ`), whatever its own clock.
const TICKS: f64 = 100.0;

/// CPU seconds (user and system) that a process has used.
pub fn cpu_s(pid: u32) -> anyhow::Result<f64> {
    let path = format!("/proc/{pid}/stat");
    let text =
        std::fs::read_to_string(&path).with_context(|| format!("{path} cannot be read; has the server died?"))?;
    // The name in brackets may hold anything; fields are counted after it.
    let rest = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let field = |n: usize| fields.get(n).and_then(|f| f.parse::<f64>().ok());
    let (user, system) = field(11).zip(field(12)).with_context(|| format!("{path} has no times"))?;
    Ok((user + system) / TICKS)
}

/// Resident memory of a process, KiB: every page that it has touched, files
/// included. What the kernel holds for its sockets is not in it.
pub fn resident_kib(pid: u32) -> anyhow::Result<f64> {
    let path = format!("/proc/{pid}/smaps_rollup");
    let text =
        std::fs::read_to_string(&path).with_context(|| format!("{path} cannot be read; has the server died?"))?;
    let line = text.lines().find_map(|l| l.strip_prefix("Rss:"));
    let number = line.and_then(|l| l.split_whitespace().next()?.parse().ok());
    number.with_context(|| format!("{path} has no Rss"))
}

/// CPU seconds that the whole machine has been busy.
fn busy_s() -> anyhow::Result<f64> {
    let text = std::fs::read_to_string("/proc/stat").context("/proc/stat cannot be read")?;
    let line = text.lines().next().unwrap_or_default();
    let all: Vec<f64> = line.split_whitespace().skip(1).filter_map(|f| f.parse().ok()).collect();
    // user nice system idle iowait irq softirq steal; guests are in user.
    Ok(all.iter().take(8).enumerate().filter(|(n, _)| *n != 3 && *n != 4).map(|(_, v)| v).sum::<f64>() / TICKS)
}

/// Cores that others keep busy just now, over a second.
pub async fn others_before() -> anyhow::Result<f64> {
    let meter = Meter::start(std::process::id())?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    Ok(meter.stop()?.others)
}

/// A span in which a process is watched.
pub struct Meter {
    pid: u32,
    at: Instant,
    cpu: f64,
    own: f64,
    busy: f64,
}

/// What a span amounted to.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// Wall seconds.
    pub wall_s: f64,
    /// CPU seconds of the watched process.
    pub cpu_s: f64,
    /// Cores that processes other than it and this one kept busy.
    pub others: f64,
}

impl Meter {
    /// Begins to watch `pid`.
    pub fn start(pid: u32) -> anyhow::Result<Self> {
        Ok(Self { pid, at: Instant::now(), cpu: cpu_s(pid)?, own: cpu_s(std::process::id())?, busy: busy_s()? })
    }

    /// Ends the span.
    pub fn stop(self) -> anyhow::Result<Span> {
        let wall_s = self.at.elapsed().as_secs_f64();
        let cpu = cpu_s(self.pid)? - self.cpu;
        let own = if self.pid == std::process::id() { 0.0 } else { cpu_s(std::process::id())? - self.own };
        let others = ((busy_s()? - self.busy - cpu - own) / wall_s.max(0.001)).max(0.0);
        Ok(Span { wall_s, cpu_s: cpu, others })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_counts_what_this_process_does() {
        let pid = std::process::id();
        let before = cpu_s(pid).unwrap();
        let mut sum = 0_u64;
        while cpu_s(pid).unwrap() < before + 0.05 {
            sum = (0..100_000_u64).fold(sum, |a, b| std::hint::black_box(a ^ b));
        }
        assert!(busy_s().unwrap() > 0.0 && resident_kib(pid).unwrap() > 500.0);
        assert!(cpu_s(u32::MAX).is_err(), "{sum}");
    }
}
