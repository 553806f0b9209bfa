//! The table: one line a figure, its bar, and whether it holds.

use serde::Serialize;
use std::fmt;

/// One figure.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// What was measured.
    pub what: String,
    /// The figure, the middle one where it was taken several times; `None`
    /// when nothing came to be measured.
    pub value: Option<f64>,
    /// Smallest and largest where it was taken several times.
    pub spread: Option<[f64; 2]>,
    /// Its unit.
    pub unit: &'static str,
    /// The most that it may be.
    pub bar: Option<f64>,
    /// Whether it is within its bar.
    pub pass: Option<bool>,
    /// Cores that other processes kept busy meanwhile.
    pub others: f64,
    /// Over what it was taken.
    pub over: String,
}

/// What was read off, once or several times.
#[derive(Debug)]
pub struct Taken {
    /// Every value; none where nothing came to be measured.
    pub values: Vec<f64>,
    /// Cores that other processes kept busy meanwhile.
    pub others: f64,
    /// Over what it was taken, in words.
    pub over: String,
}

impl Taken {
    /// A figure that was taken once, or not at all.
    pub fn once(value: Option<f64>, others: f64, over: String) -> Self {
        Self { values: value.into_iter().collect(), others, over }
    }
}

/// All figures of a run.
#[derive(Debug, Serialize)]
pub struct Table {
    /// How the measured binary was built.
    pub build: String,
    /// Cores of the machine.
    pub cores: usize,
    /// Cores that other processes kept busy before the run.
    pub others_before: f64,
    /// The figures.
    pub lines: Vec<Line>,
}

impl Table {
    /// An empty table.
    pub fn new(others_before: f64, build: String) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { build, cores, others_before, lines: Vec::new() }
    }

    /// Adds a figure taken once or several times, and says on standard error
    /// that it is there.
    pub fn add(&mut self, what: impl Into<String>, taken: Taken, unit: &'static str, bar: Option<f64>) {
        let mut values = taken.values;
        let value = percentile(&mut values, 50);
        let spread = values.first().zip(values.last()).filter(|_| values.len() > 1).map(|(low, high)| [*low, *high]);
        let pass = bar.map(|bar| value.is_some_and(|v| v <= bar));
        let line = Line { what: what.into(), value, spread, unit, bar, pass, others: taken.others, over: taken.over };
        eprintln!("bench: {} {} {}", line.what, number(line.value), line.unit);
        self.lines.push(line);
    }

    /// How many figures are over their bar.
    pub fn over(&self) -> usize {
        self.lines.iter().filter(|l| l.pass == Some(false)).count()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Caly, {} build, {} cores; before the run other processes used {:.1} cores",
            self.build, self.cores, self.others_before
        )?;
        writeln!(
            f,
            "\n{:<56} {:>7}  {:<13} {:<5} {:>6}  {:<5} {:>6}  over",
            "what", "figure", "from-to", "unit", "bar", "", "others"
        )?;
        for l in &self.lines {
            let verdict = match l.pass {
                Some(true) => "pass",
                Some(false) => "OVER",
                None => "",
            };
            let (figure, bar) = (number(l.value), l.bar.map_or_else(String::new, |b| number(Some(b))));
            let spread = l.spread.map_or_else(String::new, |[a, b]| format!("{}-{}", number(Some(a)), number(Some(b))));
            writeln!(
                f,
                "{:<56} {figure:>7}  {spread:<13} {:<5} {bar:>6}  {verdict:<5} {:>6.1}  {}",
                l.what, l.unit, l.others, l.over
            )?;
        }
        if self.lines.iter().any(|l| l.others > 0.3) {
            writeln!(
                f,
                "\nOther processes used more than 0.3 cores beside some lines (column \"others\"): their times are longer than this machine's own."
            )?;
        }
        Ok(())
    }
}

/// Three figures that count.
fn number(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(v) if v >= 100.0 => format!("{v:.0}"),
        Some(v) if v >= 1.0 => format!("{v:.1}"),
        Some(v) => format!("{v:.3}"),
    }
}

/// The smallest that `part` of 100 do not exceed (nearest rank).
pub fn percentile(values: &mut [f64], part: usize) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let rank = (values.len() * part).div_ceil(100);
    values.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_is_missing_or_too_large_is_over_its_bar() {
        let mut table = Table::new(0.0, "release".into());
        let once = |value, others| Taken::once(value, others, String::new());
        table.add("a", once(Some(0.3), 0.0), "s", Some(0.35));
        assert_eq!(table.over(), 0);
        table.add("b", once(Some(0.4), 0.0), "s", Some(0.35));
        table.add("c", once(None, 0.9), "s", Some(0.35));
        table.add("d", once(Some(9.0), 0.0), "s", None);
        assert_eq!(table.over(), 2);
        table.add("e", Taken { values: vec![3.0, 1.0, 2.0], others: 0.0, over: String::new() }, "s", Some(2.5));
        assert_eq!((table.over(), table.lines[4].value, table.lines[4].spread), (2, Some(2.0), Some([1.0, 3.0])));
        let text = table.to_string();
        assert!(text.contains("OVER") && text.contains("pass") && text.contains("0.3 cores"), "{text}");
    }

    #[test]
    fn percentiles_are_by_nearest_rank() {
        assert_eq!(percentile(&mut [3.0, 1.0, 2.0], 50), Some(2.0));
        assert_eq!(percentile(&mut [1.0, 2.0, 3.0, 4.0], 95), Some(4.0));
        assert_eq!(percentile(&mut [], 50), None);
    }
}
