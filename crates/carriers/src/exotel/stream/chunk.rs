//! Sound out in the sizes that Exotel's document of the Voicebot applet asks
//! for: a multiple of 320 bytes, at least 3,200, at most 100,000.

/// Bytes of one chunk at a rate: 100 ms where that reaches the minimum, so
/// that little is lost when the caller interrupts; 200 ms at 8 kHz.
#[must_use]
pub fn chunk_bytes(rate: u32) -> usize {
    match rate {
        8_000 | 16_000 => 3_200,
        _ => 4_800,
    }
}

/// Cuts a stream of s16le bytes into chunks.
#[derive(Debug, Clone)]
pub struct Chunker {
    size: usize,
    waiting: Vec<u8>,
}

impl Chunker {
    /// For a stream of `rate` samples a second.
    #[must_use]
    pub fn new(rate: u32) -> Self {
        let size = chunk_bytes(rate);
        Self { size, waiting: Vec::new() }
    }

    /// Takes sound; hands out every chunk that is full.
    pub fn push(&mut self, pcm: &[u8], mut full: impl FnMut(&[u8])) {
        let mut rest = pcm;
        // Whole chunks, as the carrier sends them, pass without being kept.
        while self.waiting.is_empty()
            && let Some((now, later)) = rest.split_at_checked(self.size)
        {
            full(now);
            rest = later;
        }
        while self.waiting.len() + rest.len() >= self.size {
            let (now, later) = rest.split_at(self.size - self.waiting.len());
            self.waiting.extend_from_slice(now);
            full(&self.waiting);
            self.waiting.clear();
            rest = later;
        }
        self.waiting.extend_from_slice(rest);
    }

    /// The end of a speech: what is left, filled up with silence.
    pub fn finish(&mut self) -> Option<Vec<u8>> {
        if self.waiting.is_empty() {
            return None;
        }
        let mut last = std::mem::take(&mut self.waiting);
        last.resize(self.size, 0);
        Some(last)
    }

    /// Forgets what is left: the speech was cut.
    pub fn clear(&mut self) {
        self.waiting.clear();
    }
}
