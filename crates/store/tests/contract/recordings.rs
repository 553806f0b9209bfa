//! What a carrier recorded: named once, fetched by a job, kept sealed.

use crate::world::*;
use caly_core::rescue::RescueEnd;
use caly_store::jobs::{AGENT_COMPLETED, FETCH_RECORDING};
use caly_store::recordings::referred;
use caly_store::{CarrierPatch, Fetched, Job, Progress, RecordingKind, RecordingState, Store};

const URL: &str = "https://recordings.exotel.com/1.mp3";

fn fetched(text: &[u8]) -> Fetched {
    Fetched { content_type: "audio/wav".into(), bytes: 9, sealed: text.to_vec() }
}

async fn claimed(s: &Store) -> Vec<Job> {
    s.claim_jobs(FETCH_RECORDING, "n1", 9, 1_000, NOW).await.unwrap()
}

fn one(kind: RecordingKind, progress: Progress) -> Vec<RecordingState> {
    vec![RecordingState { kind, progress }]
}

#[tokio::test]
async fn a_recording_is_named_with_its_job_and_stored_with_its_end() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let (kind, call) = (RecordingKind::Voicemail, place(w, a, "sid").await.id);
            not_found(s.expect_recording(&b.scope, call, kind, URL, NOW).await);
            not_found(s.recordings(&b.scope, call).await);
            assert_eq!(s.recordings(&a.scope, call).await.unwrap(), []);
            not_found(s.recording(&a.scope, call, kind).await);
            not_found(s.put_recording(&a.scope, call, kind, fetched(b"x"), NOW).await);
            s.expect_recording(&a.scope, call, kind, URL, NOW).await.unwrap();
            s.expect_recording(&a.scope, call, kind, "https://elsewhere.example/", NOW).await.unwrap();
            assert_eq!(s.recording(&a.scope, call, kind).await.unwrap().url, URL, "the first address stands");
            assert_eq!(s.recordings(&a.scope, call).await.unwrap(), one(kind, Progress::Pending));
            // It stands before no call that is to be counted, nor in its way.
            assert_eq!(s.waiting_jobs().await.unwrap(), 0);
            assert!(s.claim_jobs(AGENT_COMPLETED, "n1", 9, 1_000, NOW).await.unwrap().is_empty());
            let jobs = claimed(s).await;
            assert_eq!((jobs.len(), referred(&jobs[0].reference)), (1, Some((call, kind))));
            assert_eq!(referred("no reference"), None);
            s.fail_job(&jobs[0], "401", None).await.unwrap();
            assert_eq!(s.recordings(&a.scope, call).await.unwrap(), one(kind, Progress::Failed("401".into())));
            s.retry_job(&a.scope, FETCH_RECORDING, &jobs[0].reference, NOW).await.unwrap();
            assert_eq!(s.recordings(&a.scope, call).await.unwrap(), one(kind, Progress::Pending));
            let jobs = claimed(s).await;
            let sound: Vec<u8> = (0..=255).collect();
            not_found(s.put_recording(&b.scope, call, kind, fetched(&sound), NOW).await);
            s.put_recording(&a.scope, call, kind, fetched(&sound), NOW).await.unwrap();
            s.put_recording(&a.scope, call, kind, fetched(b"late"), NOW).await.unwrap();
            assert_eq!(s.recording(&a.scope, call, kind).await.unwrap().fetched, Some(fetched(&sound)), "every byte");
            assert_eq!(s.recordings(&a.scope, call).await.unwrap(), one(kind, Progress::Ready));
            s.fail_job(&jobs[0], "too late to fail", None).await.unwrap();
            assert_eq!(s.recordings(&a.scope, call).await.unwrap(), one(kind, Progress::Ready));
            assert!(s.parked_jobs(&a.scope).await.unwrap().is_empty());
            not_found(s.recording(&b.scope, call, kind).await);
        })
    })
    .await;
}

#[tokio::test]
async fn a_voicemail_comes_with_the_end_of_the_rescue_and_may_be_left_where_it_is() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            let call = place(w, a, "sid").await.id;
            s.end_rescue(&a.scope, call, RescueEnd::Nobody, None, NOW).await.unwrap();
            assert!(claimed(s).await.is_empty(), "nothing was recorded");
            for _ in 0..2 {
                s.end_rescue(&a.scope, call, RescueEnd::Nobody, Some(URL.into()), NOW).await.unwrap();
            }
            // Beside it the talk with the agent, where the channel keeps talks.
            s.expect_recording(&a.scope, call, RecordingKind::Talk, URL, NOW).await.unwrap();
            let mut jobs = claimed(s).await;
            jobs.sort_by(|x, y| x.reference.cmp(&y.reference));
            assert_eq!(jobs.len(), 2);
            assert_eq!(referred(&jobs[1].reference), Some((call, RecordingKind::Voicemail)));
            // HIPAA mode was switched on meanwhile: done, and nothing is to be had.
            s.finish_job(&jobs[1]).await.unwrap();
            assert_eq!(s.recordings(&a.scope, call).await.unwrap(), one(RecordingKind::Talk, Progress::Pending));
        })
    })
    .await;
}

#[tokio::test]
async fn talks_are_kept_where_a_channel_says_so() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            assert!(!s.channel(&a.scope, a.channel).await.unwrap().keep_talks);
            let on = CarrierPatch { keep_talks: Some(true), ..CarrierPatch::default() };
            assert!(s.set_carrier(&a.scope, a.channel, on, None, NOW).await.unwrap().keep_talks);
            let rest = CarrierPatch { account_sid: Some(None), ..CarrierPatch::default() };
            assert!(s.set_carrier(&a.scope, a.channel, rest, None, NOW).await.unwrap().keep_talks, "the rest stays");
        })
    })
    .await;
}
