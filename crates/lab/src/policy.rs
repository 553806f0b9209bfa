//! The routers that are compared.

use serde::Serialize;

/// How a member is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Uniformly.
    Random,
    /// Whoever has been free for longest.
    LongestIdle,
    /// Whoever has been busy for least.
    LeastOccupied,
    /// The highest score, the rule that Caly was first asked for: raw 60/30/10
    /// of the member, 0 without data.
    Greedy,
    /// The same on the member's calls of the type alone.
    GreedyByType,
    /// The product's own decision at fairness λ, 0-80.
    Ours(u8),
    /// The highest true chance of resolving.
    Oracle,
    /// Always the first; a control that must fail the gates.
    First,
}

impl Policy {
    /// All of a table's rows, in its order.
    pub const TABLE: [Self; 10] = [
        Self::Random,
        Self::LongestIdle,
        Self::LeastOccupied,
        Self::Greedy,
        Self::GreedyByType,
        Self::Ours(0),
        Self::Ours(20),
        Self::Ours(40),
        Self::Ours(60),
        Self::Oracle,
    ];
}

impl std::fmt::Display for Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match self {
            Self::Random => "random",
            Self::LongestIdle => "longest idle",
            Self::LeastOccupied => "least occupied",
            Self::Greedy => "seed greedy",
            Self::GreedyByType => "greedy by type",
            Self::Ours(dial) => return f.pad(&format!("ours, dial {dial}")),
            Self::Oracle => "oracle",
            Self::First => "always the first",
        };
        f.pad(name)
    }
}
