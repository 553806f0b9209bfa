//! Free slots from a doctor's weekly hours: pure, in the client's zone.

use caly_core::id::DoctorId;
use caly_core::time::{At, Day, MINUTE, Zone};
use caly_core::tool::{Doctor, Slot};
use std::collections::BTreeSet;

/// Slots are offered up to so many local days ahead, today included as 0.
pub(super) const DAYS_AHEAD: i64 = 30;

/// Who is booked when.
pub(super) type Taken = BTreeSet<(DoctorId, At)>;

/// A doctor with his weekly hours.
#[derive(Debug, Clone)]
pub(super) struct Practice {
    pub(super) doctor: Doctor,
    /// Length of a slot, minutes.
    pub(super) slot_minutes: i64,
    /// Weekday (Monday = 1), first minute, minute behind the last.
    pub(super) hours: Vec<(i64, i64, i64)>,
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Wish {
    pub(super) doctor: Option<DoctorId>,
    pub(super) from: Option<Day>,
    pub(super) after_minute: Option<i64>,
    pub(super) limit: usize,
}

/// The days on which something can be booked.
#[derive(Debug, Clone)]
pub(super) struct Days {
    pub(super) zone: Zone,
    pub(super) now: At,
    /// The company's holidays.
    pub(super) closed: BTreeSet<Day>,
}

impl Days {
    fn ahead(&self) -> impl Iterator<Item = Day> {
        let today = self.zone.day(self.now);
        (0..=DAYS_AHEAD).filter_map(move |n| Zone::shift(&today, n)).filter(|day| !self.closed.contains(day))
    }
}

/// The earliest free slots that suit, by time and then by doctor.
pub(super) fn free(practices: &[Practice], booked: &Taken, wish: &Wish, days: &Days) -> Vec<Slot> {
    let mut found = Vec::new();
    for day in days.ahead().filter(|day| wish.from.as_ref().is_none_or(|from| day >= from)) {
        let mut on_day: Vec<Slot> = practices
            .iter()
            .filter(|p| wish.doctor.is_none_or(|id| id == p.doctor.id))
            .flat_map(|p| slots_of(p, &day, &days.zone).filter(|s| is_free(p, s.starts_at, booked)))
            .filter(|s| s.starts_at > days.now && wish.after_minute.is_none_or(|m| s.minute >= m))
            .collect();
        on_day.sort_by_key(|s| (s.starts_at, s.doctor.id));
        found.extend(on_day);
        if found.len() >= wish.limit {
            break;
        }
    }
    found.truncate(wish.limit);
    found
}

/// Whether nothing that is booked reaches into a slot that starts then. What was
/// booked before the hours or the length of a slot were changed lies across the
/// slots of now; it counts as long as they are.
pub(super) fn is_free(practice: &Practice, starts_at: At, booked: &Taken) -> bool {
    let (id, length) = (practice.doctor.id, practice.slot_minutes * MINUTE);
    booked.range((id, starts_at.plus(1 - length))..(id, starts_at.plus(length))).next().is_none()
}

/// The slot of a doctor that starts then, if he has one that can be booked.
pub(super) fn slot_at(practice: &Practice, starts_at: At, days: &Days) -> Option<Slot> {
    let day = days.zone.day(starts_at);
    let ahead = starts_at > days.now && days.ahead().any(|d| d == day);
    slots_of(practice, &day, &days.zone).find(|s| ahead && s.starts_at == starts_at)
}

/// Any slot as it is told, also one that hours no longer hold.
pub(super) fn told(doctor: Doctor, starts_at: At, zone: &Zone) -> Slot {
    let (minute, _) = zone.minute_of_day(starts_at);
    Slot { doctor, starts_at, day: zone.day(starts_at), minute }
}

fn slots_of(p: &Practice, day: &Day, zone: &Zone) -> impl Iterator<Item = Slot> {
    // Noon exists on every day and in every zone.
    let weekday = zone.at(day, 12 * 60).map(|noon| i64::from(zone.minute_of_day(noon).1));
    let step = p.slot_minutes.max(1);
    p.hours
        .iter()
        .filter(move |(on, _, _)| Some(*on) == weekday)
        .flat_map(move |(_, from, to)| (0..).map(move |n| from + n * step).take_while(move |m| m + step <= *to))
        .filter_map(|minute| {
            let starts_at = zone.at(day, minute)?;
            // A wall time inside a clock change's gap does not occur.
            let occurs = zone.minute_of_day(starts_at).0 == minute;
            occurs.then(|| Slot { doctor: p.doctor.clone(), starts_at, day: day.clone(), minute })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> Zone {
        Zone::named("Asia/Kolkata").unwrap()
    }

    /// Monday 2026-11-23, 09:40 in India.
    fn now() -> At {
        zone().at(&Day("2026-11-23".into()), 9 * 60 + 40).unwrap()
    }

    fn open() -> Days {
        Days { zone: zone(), now: now(), closed: BTreeSet::new() }
    }

    fn rao() -> Practice {
        Practice {
            doctor: Doctor { id: DoctorId(1), name: "Doctor Rao".into(), speciality: "skin".into() },
            slot_minutes: 20,
            hours: vec![(1, 540, 620), (2, 600, 640)],
        }
    }

    fn iyer() -> Practice {
        Practice {
            doctor: Doctor { id: DoctorId(2), name: "Doctor Iyer".into(), speciality: "eyes".into() },
            slot_minutes: 30,
            hours: vec![(2, 600, 660)],
        }
    }

    fn wish() -> Wish {
        Wish { limit: 4, ..Wish::default() }
    }

    fn read(slots: &[Slot]) -> Vec<(i64, String, i64)> {
        slots.iter().map(|s| (s.doctor.id.0, s.day.0.clone(), s.minute)).collect()
    }

    #[test]
    fn earliest_first_past_and_partial_slots_left_out() {
        let slots = free(&[iyer(), rao()], &Taken::new(), &wish(), &open());
        let tuesday = "2026-11-24".to_owned();
        // 09:40 began just now; 10:20 would end behind the hours.
        let want = [
            (1, "2026-11-23".to_owned(), 600),
            (1, tuesday.clone(), 600),
            (2, tuesday.clone(), 600),
            (1, tuesday, 620),
        ];
        assert_eq!(read(&slots), want);
    }

    #[test]
    fn wishes_and_bookings_narrow() {
        let booked = Taken::from([(DoctorId(1), zone().at(&Day("2026-11-24".into()), 600).unwrap())]);
        let only = Wish { doctor: Some(DoctorId(1)), from: Some(Day("2026-11-24".into())), ..wish() };
        let slots = free(&[rao(), iyer()], &booked, &only, &open());
        assert_eq!(read(&slots)[0], (1, "2026-11-24".into(), 620));
        let late = Wish { after_minute: Some(610), ..only };
        assert!(free(&[rao()], &booked, &late, &open()).iter().all(|s| s.minute >= 610));
    }

    #[test]
    fn what_was_booked_on_other_slots_is_not_booked_over() {
        let at = |minute| zone().at(&Day("2026-11-24".into()), minute).unwrap();
        // Booked when slots were of 15 minutes; the slots of now are 600 and 620.
        let booked = Taken::from([(DoctorId(1), at(615)), (DoctorId(2), at(600))]);
        let only = Wish { doctor: Some(DoctorId(1)), from: Some(Day("2026-11-24".into())), ..wish() };
        let slots = free(&[rao()], &booked, &only, &open());
        assert_eq!(read(&slots)[0].1, "2026-11-30", "both slots of that day are touched");
        assert!(!is_free(&rao(), at(600), &booked) && !is_free(&rao(), at(620), &booked));
        assert!(is_free(&rao(), at(595), &booked) && is_free(&rao(), at(635), &booked), "end to end is free");
    }

    #[test]
    fn thirty_days_ahead_and_not_one_more() {
        let all = Wish { limit: 10_000, ..Wish::default() };
        let slots = free(&[rao()], &Taken::new(), &all, &open());
        assert!(slots.iter().all(|s| s.day.0.as_str() <= "2026-12-23"));
        assert_eq!(slots.last().unwrap().day.0, "2026-12-22");
        let beyond = zone().at(&Day("2026-12-28".into()), 540).unwrap();
        assert_eq!(slot_at(&rao(), beyond, &open()), None);
    }

    #[test]
    fn only_real_slots_can_be_booked() {
        let at = zone().at(&Day("2026-11-24".into()), 620).unwrap();
        assert!(slot_at(&rao(), at, &open()).is_some());
        assert_eq!(slot_at(&rao(), at.plus(MINUTE), &open()), None);
        assert_eq!(slot_at(&rao(), at, &Days { now: at, ..open() }), None, "it begins now");
    }

    #[test]
    fn a_clock_change_makes_no_slot_that_does_not_occur() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        let sunday = Day("2027-03-28".into());
        let night = Practice { hours: vec![(7, 60, 240)], slot_minutes: 60, ..rao() };
        let minutes: Vec<i64> = slots_of(&night, &sunday, &berlin).map(|s| s.minute).collect();
        assert_eq!(minutes, [60, 180]);
    }

    #[test]
    fn nothing_is_offered_or_booked_on_a_holiday() {
        let first = free(&[rao()], &Taken::new(), &wish(), &open())[0].clone();
        let shut = Days { closed: BTreeSet::from([first.day.clone()]), ..open() };
        assert!(free(&[rao()], &Taken::new(), &wish(), &shut).iter().all(|s| s.day > first.day));
        assert!(slot_at(&rao(), first.starts_at, &open()).is_some());
        assert_eq!(slot_at(&rao(), first.starts_at, &shut), None);
    }
}
