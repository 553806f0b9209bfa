//! What queueing theory says, to check the simulators against.

use crate::stats::real;

/// Mean wait in s of an M/M/c queue (Erlang C) at load ρ < 1 per server.
#[must_use]
pub fn erlang_c_wait(servers: usize, rho: f64, service_s: f64) -> f64 {
    let (c, offered) = (real(servers), rho * real(servers));
    // Erlang B by its stable recursion, then C from B.
    let blocked = (1..=servers).fold(1.0, |b, n| offered * b / (real(n) + offered * b));
    let waits = blocked / (1.0 - rho * (1.0 - blocked));
    waits * service_s / (c * (1.0 - rho))
}

/// Share of callers who leave an M/M/c+M queue (Erlang A), 0-1, at offered load
/// `a` per server.
#[must_use]
pub fn erlang_a_lost(servers: usize, a: f64, service_s: f64, patience_s: f64) -> f64 {
    let rate = a * real(servers) / service_s;
    let (mut weight, mut total, mut leaving) = (1.0, 1.0, 0.0);
    for n in 1..2_000 {
        let waiting = real(n) - real(n.min(servers));
        let out = real(n.min(servers)) / service_s + waiting / patience_s;
        weight *= rate / out;
        total += weight;
        leaving += weight * waiting / patience_s;
    }
    leaving / total / rate
}
