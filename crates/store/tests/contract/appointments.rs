//! The slot book.

use crate::world::*;
use caly_core::id::{AppointmentId, DoctorId};
use caly_store::{BookedState, DoctorHours, NewAppointment, NewDoctor, StoreError};

const MONDAY: DoctorHours = DoctorHours { weekday: 1, from_min: 540, to_min: 1020 };

fn doctor(name: &str) -> NewDoctor {
    NewDoctor { name: name.into(), speciality: "Skin".into(), slot_minutes: 15, hours: vec![MONDAY], is_active: true }
}

fn booking(doctor: DoctorId, minute: i64) -> NewAppointment {
    NewAppointment {
        doctor,
        starts_at: NOW.plus(minute * 60_000),
        caller_number: None,
        patient_name: "Asha".into(),
        call: None,
    }
}

#[tokio::test]
async fn a_slot_is_booked_once_moved_whole_and_freed() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let d = s.add_doctor(&a.scope, doctor("Doctor Rao"), NOW).await.unwrap();
            let first = s.book(&a.scope, booking(d.id, 0)).await.unwrap();
            conflict(s.book(&a.scope, booking(d.id, 0)).await, "slot");
            not_found(s.book(&b.scope, booking(d.id, 0)).await);
            let second = s.book(&a.scope, booking(d.id, 15)).await.unwrap();
            conflict(s.move_appointment(&a.scope, second.id, d.id, first.starts_at).await, "slot");
            assert_eq!(s.appointment(&a.scope, second.id).await.unwrap(), second);
            not_found(s.appointment(&b.scope, first.id).await);
            not_found(s.move_appointment(&b.scope, first.id, d.id, NOW).await);
            not_found(s.cancel_appointment(&b.scope, first.id, NOW).await);
            assert_eq!(s.appointments_at(&a.scope, NOW).await.unwrap(), std::slice::from_ref(&first));
            assert!(s.appointments_at(&b.scope, NOW).await.unwrap().is_empty());
            let gone = s.cancel_appointment(&a.scope, first.id, NOW).await.unwrap();
            assert_eq!(gone.state, BookedState::Cancelled);
            assert_eq!(s.cancel_appointment(&a.scope, first.id, NOW).await.unwrap().rev, gone.rev);
            let moved = s.move_appointment(&a.scope, second.id, d.id, first.starts_at).await.unwrap();
            assert_eq!(moved.starts_at, first.starts_at);
            not_found(s.move_appointment(&a.scope, first.id, d.id, NOW.plus(1)).await);
            assert_eq!(s.appointments(&a.scope, NOW, NOW.plus(1)).await.unwrap().len(), 2);
            assert!(s.appointments(&b.scope, NOW, NOW.plus(1)).await.unwrap().is_empty());
            not_found(s.appointment(&a.scope, AppointmentId(99)).await);
        })
    })
    .await;
}

#[tokio::test]
async fn doctors_are_replaced_whole_and_told_apart_by_name() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let rao = s.add_doctor(&a.scope, doctor("Doctor Rao"), NOW).await.unwrap();
            assert_eq!((rao.id, rao.is_active, rao.rev, &rao.hours), (DoctorId(1), true, 1, &vec![MONDAY]));
            assert_eq!(s.doctor(&a.scope, rao.id).await.unwrap(), rao);
            assert!(s.doctors(&b.scope).await.unwrap().is_empty());
            not_found(s.doctor(&b.scope, rao.id).await);
            not_found(s.put_doctor(&b.scope, rao.id, doctor("Doctor Rao"), 1, NOW).await);
            for same in ["Doctor Rao", "DOCTOR  rao"] {
                conflict(s.add_doctor(&a.scope, doctor(same), NOW).await, "doctor_name");
            }
            let other = s.add_doctor(&a.scope, doctor("Doctor \u{c9}mile"), NOW).await.unwrap();
            conflict(s.add_doctor(&a.scope, doctor("doctor \u{e9}mile"), NOW).await, "doctor_name");
            conflict(s.put_doctor(&a.scope, other.id, doctor("doctor rao"), other.rev, NOW).await, "doctor_name");
            assert_eq!(s.doctor(&a.scope, other.id).await.unwrap(), other, "what was refused changed nothing");
            s.add_doctor(&b.scope, doctor("Doctor Rao"), NOW).await.unwrap();
            // Longer slots, other days; given out of order, kept in order.
            let hours = [(3, 600, 720), (1, 840, 1440), (1, 540, 720)];
            let hours = hours.map(|(weekday, from_min, to_min)| DoctorHours { weekday, from_min, to_min });
            let gone = NewDoctor { slot_minutes: 30, hours: hours.to_vec(), is_active: false, ..doctor("Doctor Rao") };
            let put = s.put_doctor(&a.scope, rao.id, gone.clone(), 1, NOW).await.unwrap();
            assert_eq!((put.slot_minutes, put.is_active, put.rev), (30, false, 2));
            assert_eq!(put.hours, [hours[2], hours[1], hours[0]]);
            let stale = s.put_doctor(&a.scope, rao.id, gone, 1, NOW).await.unwrap_err();
            assert!(matches!(stale, StoreError::Stale { current_rev: 2 }), "{stale}");
            assert_eq!(s.doctors(&a.scope).await.unwrap(), [other, put], "active ones first");
            // His name is free while he is away, and he comes back under another.
            let heir = s.add_doctor(&a.scope, doctor("Doctor Rao"), NOW).await.unwrap();
            conflict(s.put_doctor(&a.scope, rao.id, doctor("Doctor Rao"), 2, NOW).await, "doctor_name");
            let back = s.put_doctor(&a.scope, rao.id, doctor("Doctor Asha Rao"), 2, NOW).await.unwrap();
            assert_eq!((back.rev, back.is_active, heir.rev), (3, true, 1));
            let noted: Vec<_> = s.audit(&a.scope, 0, 200).await.unwrap().into_iter().map(|e| e.action).collect();
            let noted = |action: &str| noted.iter().filter(|a| *a == action).count();
            assert_eq!((noted("doctor.create"), noted("doctor.update")), (3, 2), "one for each that was done");
        })
    })
    .await;
}

#[tokio::test]
async fn two_at_once_do_not_take_one_name_nor_one_revision() {
    both(|w| {
        Box::pin(async move {
            let (s, scope) = (&w.s, &w.a.scope);
            let add = || s.add_doctor(scope, doctor("Doctor Rao"), NOW);
            let all = [add().await, add().await];
            assert_eq!(all.iter().filter(|r| r.is_ok()).count(), 1);
            let add = |n: i64| s.add_doctor(scope, NewDoctor { slot_minutes: n, ..doctor("Doctor Nair") }, NOW);
            let (one, two, three) = tokio::join!(add(15), add(20), add(30));
            assert_eq!([&one, &two, &three].iter().filter(|r| r.is_ok()).count(), 1, "{one:?} {two:?} {three:?}");
            let put = |name: &'static str| s.put_doctor(scope, DoctorId(1), doctor(name), 1, NOW);
            let (one, two) = tokio::join!(put("Doctor Bose"), put("Doctor Sen"));
            assert_eq!([&one, &two].iter().filter(|r| r.is_ok()).count(), 1, "{one:?} {two:?}");
            assert_eq!(s.doctor(scope, DoctorId(1)).await.unwrap().rev, 2);
        })
    })
    .await;
}

#[tokio::test]
async fn nothing_is_booked_with_one_who_is_not_active_and_what_stands_stands() {
    both(|w| {
        Box::pin(async move {
            let (s, scope) = (&w.s, &w.a.scope);
            let rao = s.add_doctor(scope, doctor("Doctor Rao"), NOW).await.unwrap();
            let nair = s.add_doctor(scope, doctor("Doctor Nair"), NOW).await.unwrap();
            let first = s.book(scope, booking(rao.id, 0)).await.unwrap();
            let second = s.book(scope, booking(rao.id, 15)).await.unwrap();
            let other = s.book(scope, booking(nair.id, 15)).await.unwrap();
            let away = NewDoctor { is_active: false, ..doctor("Doctor Rao") };
            s.put_doctor(scope, rao.id, away, 1, NOW).await.unwrap();
            conflict(s.book(scope, booking(rao.id, 30)).await, "slot");
            conflict(s.move_appointment(scope, other.id, rao.id, NOW.plus(30 * 60_000)).await, "slot");
            assert_eq!(s.appointment(scope, first.id).await.unwrap(), first);
            let moved = s.move_appointment(scope, first.id, nair.id, NOW).await.unwrap();
            assert_eq!(moved.doctor, nair.id);
            let before = s.audit(scope, 0, 200).await.unwrap().len();
            for _ in 0..2 {
                let gone = s.cancel_appointment(scope, second.id, NOW).await.unwrap();
                assert_eq!((gone.state, gone.rev), (BookedState::Cancelled, 2));
            }
            let noted = s.audit(scope, before as i64, 200).await.unwrap();
            assert_eq!(noted.len(), 1, "the second time changed nothing");
            assert_eq!(noted[0].action, "appointment.cancel");
        })
    })
    .await;
}
