//! How the fake carrier behaves: everything that has been seen to differ
//! between accounts, documents and days.

use std::path::PathBuf;

/// The carrier's habits on one call. The default is the documented Exotel.
#[derive(Debug, Clone, Default)]
pub struct Knobs {
    /// How keys of the socket's messages are spelled.
    pub dialect: Dialect,
    /// Whether counters come as strings or numbers.
    pub numbers: Numbers,
    /// How much audio one frame carries.
    pub frame: Frame,
    /// The sample rate in Hz; what the stream's URL asks for when `None`.
    pub rate: Option<u32>,
    /// How telephone numbers are written.
    pub num_format: NumFormat,
    /// How the passthru after the bot tells of the stream.
    pub stream_params: StreamParams,
    /// How many more times the passthru after the bot is repeated.
    pub dup: u32,
    /// Break the connection at hang-up: no `stop`, no close frame.
    pub drop_stop: bool,
    /// At hang-up neither send nor close: the socket stays open and silent.
    pub half_dead: bool,
    /// Break the first handshake; the carrier retries once.
    pub handshake_fail_once: bool,
    /// Never send marks back.
    pub no_marks: bool,
    /// At a `clear`, send the marks of what was dropped back at once, as other
    /// carriers do.
    pub marks_on_clear: bool,
    /// The account's streams are all in use: no socket is opened, and the
    /// passthru after the bot says so.
    pub throttled: bool,
    /// Every tenth frame carries one byte too many.
    pub odd_bytes: bool,
    /// Now and then send broken or unknown messages.
    pub bad_frames: bool,
    /// How loud the agent comes back on the caller's line, in dB (-30 is usual).
    pub line_echo_db: Option<f32>,
    /// How much later that echo comes, in ms (100 to 500 is usual); 60 when
    /// `None`.
    pub line_echo_ms: Option<u64>,
    /// What the people dialled by Connect do, in the order of dialling; the
    /// rest do not answer.
    pub legs: Vec<Leg>,
    /// How many more times each question of Connect comes at once.
    pub connect_polls: u32,
    /// Dial events are never sent.
    pub no_dial_events: bool,
    /// The number that stands in the Connect applet itself, for when nobody
    /// answers its question.
    pub fallback: Option<String>,
    /// Where to write the call as a WAV file: caller left, agent right.
    pub record_dir: Option<PathBuf>,
}

/// How keys are spelled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Dialect {
    /// `stream_sid`.
    #[default]
    Snake,
    /// `streamSid`.
    Camel,
}

/// How counters are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Numbers {
    /// `"7"`.
    #[default]
    Text,
    /// `7`.
    Int,
}

/// How much audio one frame carries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Frame {
    /// 20 ms.
    Ms20,
    /// 100 ms.
    #[default]
    Ms100,
    /// 20, 100 and 60 ms in turn.
    Mixed,
}

impl Frame {
    /// The length of the `n`th frame in steps of 20 ms.
    #[must_use]
    pub fn ticks(self, n: u64) -> u64 {
        match self {
            Self::Ms20 => 1,
            Self::Ms100 => 5,
            Self::Mixed => [1, 5, 3][(n % 3) as usize],
        }
    }
}

/// How telephone numbers are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NumFormat {
    /// `+919812345678`.
    #[default]
    E164,
    /// `09812345678`, as usual inside India.
    Zero,
}

impl NumFormat {
    /// `number` (E.164) as this format writes it; other countries' numbers stay.
    #[must_use]
    pub fn write(self, number: &str) -> String {
        match (self, number.strip_prefix("+91")) {
            (Self::Zero, Some(national)) => format!("0{national}"),
            _ => number.to_owned(),
        }
    }
}

/// How the passthru after the bot tells of the stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StreamParams {
    /// `Stream[Status]=…&Stream[Duration]=…`.
    #[default]
    Flat,
    /// `Stream={"Status":"…"}`.
    Json,
}

/// What one dialled person does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leg {
    /// Rings, answers and talks.
    Answer {
        /// Ringing, in ms.
        after_ms: u64,
        /// Talking, in ms.
        talk_ms: u64,
    },
    /// Is on another call.
    Busy,
    /// Rings for a moment; nobody comes.
    NoAnswer,
    /// Rings, and the caller hangs up.
    CallerLeaves {
        /// Ringing, in ms.
        after_ms: u64,
    },
}

impl Knobs {
    /// A carrier whose people are as people are: the first does not answer, the
    /// second does.
    #[must_use]
    pub fn with_people() -> Self {
        Self { legs: vec![Leg::NoAnswer, Leg::Answer { after_ms: 1_500, talk_ms: 5_000 }], ..Self::default() }
    }
}
