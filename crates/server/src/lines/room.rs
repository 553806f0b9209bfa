//! Seats for connections: so many and no more, nobody keeps one by sitting
//! still, and in a full room the one who has been silent longest makes way.

use crate::config::lines::Lines;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// What a connection is at. The first three wait for the peer: such a one can
/// be asked to leave without anybody losing an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Nothing of its first request, or a part of a request's head, is here.
    Head,
    /// Between two requests.
    Idle,
    /// A part of a request's body is here.
    Body,
    /// A request is being answered; a board's stream is one that takes long.
    Served,
    /// It became a WebSocket, which has rules of its own.
    Upgraded,
}

const ALL: [Doing; 5] = [Doing::Head, Doing::Idle, Doing::Body, Doing::Served, Doing::Upgraded];
/// Bits of the mark that say what; the rest say since when.
const BITS: u32 = 3;

/// Every open connection.
#[derive(Debug)]
pub struct Room {
    limits: Lines,
    opened: Instant,
    seats: Mutex<HashMap<u64, Arc<Seat>>>,
    next: AtomicU64,
}

/// One connection's, shared by its socket, its requests and the room.
#[derive(Debug)]
pub struct Seat {
    number: u64,
    opened: Instant,
    /// [`Doing`] and the millisecond since when, in one number.
    mark: AtomicU64,
    /// Since which millisecond the peer takes nothing, and one; 0 when it does.
    stuck: AtomicU64,
    leave: Notify,
}

/// A seat that is free again when this is dropped, with the socket.
#[derive(Debug)]
pub struct Taken {
    room: Arc<Room>,
    /// The seat.
    pub seat: Arc<Seat>,
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.room.seats.lock().remove(&self.seat.number);
    }
}

impl Room {
    /// An empty one.
    #[must_use]
    pub fn new(limits: Lines) -> Arc<Self> {
        Arc::new(Self { limits, opened: Instant::now(), seats: Mutex::default(), next: AtomicU64::new(0) })
    }

    /// A seat, if need be that of the longest silent one; `None` when every
    /// one is being served.
    #[must_use]
    pub fn enter(self: &Arc<Self>) -> Option<Taken> {
        let mut seats = self.seats.lock();
        if seats.len() >= self.limits.most && !make_way(&mut seats) {
            return None;
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let seat = Seat {
            number,
            opened: self.opened,
            mark: AtomicU64::new(0),
            stuck: AtomicU64::new(0),
            leave: Notify::new(),
        };
        seat.is(Doing::Head);
        let seat = Arc::new(seat);
        seats.insert(number, Arc::clone(&seat));
        Some(Taken { room: Arc::clone(self), seat })
    }

    /// Asks the longest silent one to leave, when descriptors run out first.
    pub fn make_way(&self) -> bool {
        make_way(&mut self.seats.lock())
    }

    /// Asks everybody to leave who was waited for long enough.
    pub fn sweep(&self) {
        let now = ms(self.opened.elapsed());
        self.seats.lock().retain(|_, seat| {
            let stays = !seat.is_over(&self.limits, now);
            if !stays {
                seat.leave.notify_one();
            }
            stays
        });
    }

    /// How often to sweep: a limit is kept to within a quarter of it.
    #[must_use]
    pub fn pace(&self) -> Duration {
        let Lines { head, idle, write, .. } = self.limits;
        (head.min(idle).min(write) / 4).clamp(Duration::from_millis(10), Duration::from_secs(1))
    }

    /// Connections now.
    #[must_use]
    pub fn count(&self) -> usize {
        self.seats.lock().len()
    }
}

fn make_way(seats: &mut HashMap<u64, Arc<Seat>>) -> bool {
    let waiting = seats.values().filter_map(|seat| {
        let (doing, since) = seat.mark();
        matches!(doing, Doing::Head | Doing::Idle | Doing::Body).then_some((since, seat.number))
    });
    let Some((_, number)) = waiting.min() else { return false };
    if let Some(seat) = seats.remove(&number) {
        seat.leave.notify_one();
    }
    true
}

impl Seat {
    /// Changes what its connection is at, from now on.
    pub fn is(&self, doing: Doing) {
        self.mark.store(ms(self.opened.elapsed()) << BITS | doing as u64, Ordering::Relaxed);
    }

    /// The same for a connection that is at something else.
    pub fn becomes(&self, doing: Doing, from: Doing) {
        if self.mark().0 == from {
            self.is(doing);
        }
    }

    /// The peer takes nothing, or takes again.
    pub fn stuck(&self, stuck: bool) {
        match (stuck, self.stuck.load(Ordering::Relaxed)) {
            (true, 0) => self.stuck.store(ms(self.opened.elapsed()) + 1, Ordering::Relaxed),
            (false, 1..) => self.stuck.store(0, Ordering::Relaxed),
            _ => {}
        }
    }

    /// Until the room wants it back.
    pub async fn wanted(&self) {
        self.leave.notified().await;
    }

    fn mark(&self) -> (Doing, u64) {
        let mark = self.mark.load(Ordering::Relaxed);
        let doing = ALL.iter().find(|doing| **doing as u64 == mark & ((1 << BITS) - 1));
        (doing.copied().unwrap_or(Doing::Served), mark >> BITS)
    }

    fn is_over(&self, limits: &Lines, now: u64) -> bool {
        let (doing, since) = self.mark();
        let limit = match doing {
            Doing::Head => limits.head,
            Doing::Idle => limits.idle,
            // Its own clock answers 408.
            Doing::Body | Doing::Served => Duration::MAX,
            Doing::Upgraded => return false,
        };
        let stuck = self.stuck.load(Ordering::Relaxed);
        now.saturating_sub(since) >= ms(limit) || (stuck > 0 && now.saturating_sub(stuck - 1) >= ms(limits.write))
    }
}

fn ms(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
