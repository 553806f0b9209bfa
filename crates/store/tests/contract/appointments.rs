//! The slot book.

use crate::world::*;
use caly_core::id::{AppointmentId, DoctorId};
use caly_store::{BookedState, DoctorHours, NewAppointment};

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
            let hours = DoctorHours { doctor: DoctorId(0), weekday: 1, from_min: 540, to_min: 1020 };
            let d = s.add_doctor(&a.scope, "Doctor Rao", "Skin", 15, vec![hours]).await.unwrap();
            assert_eq!(s.doctors(&a.scope).await.unwrap(), std::slice::from_ref(&d));
            assert_eq!(s.doctor_hours(&a.scope).await.unwrap(), [DoctorHours { doctor: d.id, ..hours }]);
            assert!(s.doctors(&b.scope).await.unwrap().is_empty());
            assert!(s.doctor_hours(&b.scope).await.unwrap().is_empty());
            let first = s.book(&a.scope, booking(d.id, 0)).await.unwrap();
            conflict(s.book(&a.scope, booking(d.id, 0)).await, "slot");
            not_found(s.book(&b.scope, booking(d.id, 0)).await);
            let second = s.book(&a.scope, booking(d.id, 15)).await.unwrap();
            conflict(s.move_appointment(&a.scope, second.id, d.id, first.starts_at).await, "slot");
            assert_eq!(s.appointment(&a.scope, second.id).await.unwrap(), second);
            not_found(s.appointment(&b.scope, first.id).await);
            not_found(s.move_appointment(&b.scope, first.id, d.id, NOW).await);
            not_found(s.cancel_appointment(&b.scope, first.id).await);
            assert_eq!(s.appointments_at(&a.scope, NOW).await.unwrap(), std::slice::from_ref(&first));
            assert!(s.appointments_at(&b.scope, NOW).await.unwrap().is_empty());
            let gone = s.cancel_appointment(&a.scope, first.id).await.unwrap();
            assert_eq!(gone.state, BookedState::Cancelled);
            assert_eq!(s.cancel_appointment(&a.scope, first.id).await.unwrap().rev, gone.rev);
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
