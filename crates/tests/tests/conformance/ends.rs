//! Cases 15-17: every way in which a call ends, and what the flow is told.

use crate::speech::{Rendered, keypad};
use crate::wire::{self, Got, applet, count, get, hook, new_sid, row, talk, voicebot};
use caly_core::outcome::{EndedBy, Outcome};
use caly_core::scope::Scope;
use caly_rehearsal::knobs::{Knobs, StreamParams};
use caly_rehearsal::scenarios;
use caly_rehearsal::script::{Script, Step};
use caly_server::live::speech::Speech;
use caly_store::Call;
use caly_tests::{Setup, TestApp};
use std::time::Duration;
use tokio::net::TcpSocket;

async fn app() -> TestApp {
    TestApp::with(Setup { speech: Some(keypad()), ..Setup::default() }).await
}

/// The call has ended, counts once, and burdens nobody any more.
async fn settled(app: &TestApp, sid: &str) -> Call {
    // A dead peer is given five seconds, the store some more: half a minute.
    for _ in 0..600 {
        if row(app, 0, sid).await.is_some_and(|c| c.ended_at.is_some()) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let call = app.counted(&app.doors[0], sid).await;
    assert_eq!(count(app, "SELECT COUNT(*) FROM jobs WHERE kind = 'agent_completed'").await, 1);
    let scope = Scope::system(app.doors[0].client);
    let sums = app.store.sector_sums(&scope, caly_core::sector::Sector::Ecommerce).await.unwrap();
    assert_eq!(sums.calls, i64::from(call.counted));
    // What the next decision sees of everybody's load.
    let next = new_sid(app);
    voicebot(app, 0, &next).await;
    let next = row(app, 0, &next).await.unwrap();
    let decision = app.store.decision(&scope, next.id).await.unwrap().unwrap();
    assert!(decision.snapshot.candidates.iter().all(|c| c.open_owned == 0), "{:?}", decision.snapshot.candidates);
    tokio::time::timeout(Duration::from_secs(10), app.node.telephony.registry.drained())
        .await
        .expect("its seat is free");
    assert!(caly_verify::verify(&app.store).await.unwrap().clean());
    call
}

#[tokio::test(flavor = "multi_thread")]
async fn case_15_a_socket_that_drops_ends_the_call_once() {
    let app = app().await;
    let (mut stream, sid) = talk(&app, 0).await;
    assert!(matches!(stream.next().await, Got::Sound(_)));
    // The control: while it stands, the owner bears it and a seat is taken.
    let next = new_sid(&app);
    voicebot(&app, 1, &next).await;
    assert_eq!(app.node.telephony.registry.count(), 1);
    drop(stream);
    let call = settled(&app, &sid).await;
    assert_eq!(call.ended_by, Some(EndedBy::Carrier));
    assert!(!call.resolved);
}

#[tokio::test(flavor = "multi_thread")]
async fn case_15_a_socket_that_is_not_read_is_given_up() {
    // Small buffers on both sides, so that not reading is noticed soon.
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_send_buffer_size(8 * 1024).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = Some(socket.listen(64).unwrap());
    let speech = Some(Speech { ears: None, mouth: Rendered::tone(1_000.0, 60_000) });
    let app = TestApp::with(Setup { speech, listener, ..Setup::default() }).await;
    let sid = new_sid(&app);
    let mut stream = wire::open_small(&voicebot(&app, 0, &sid).await).await;
    stream.start(&sid).await;
    // Nothing is read from here on, and the socket stays open.
    let call = settled(&app, &sid).await;
    assert_eq!(call.ended_by, Some(EndedBy::Carrier));
    drop(stream);
}

#[tokio::test(flavor = "multi_thread")]
async fn case_15_no_stop_and_half_dead_callers_in_the_rehearsal() {
    let app = app().await;
    let leave = |name: &str| Script::new(name, vec![Step::WaitQuiet { ms: 900 }, Step::HangUp]);
    let knobs = Knobs { drop_stop: true, ..Knobs::default() };
    let (report, call) = app.place(app.line(0, knobs), leave("drops"), None).await;
    assert!(report.violations.is_empty(), "{:?}", report.violations);
    assert_eq!(call.ended_by, Some(EndedBy::Carrier));
    // Neither sound nor a close: the agent asks, gives up and closes itself.
    let line = app.line(0, Knobs { half_dead: true, ..Knobs::default() });
    let sid = line.call_sid.clone();
    let report = caly_rehearsal::place(line, leave("half dead"), None, None).await.unwrap();
    assert!(report.violations.is_empty(), "{:?}", report.violations);
    let call = app.counted(&app.doors[0], &sid).await;
    assert_eq!(call.ended_by, Some(EndedBy::Agent));
}

const LEFT: &str = "&Stream%5BStreamSID%5D=st-1&Stream%5BStatus%5D=cancelled&Stream%5BDuration%5D=3\
    &Stream%5BDisconnectedBy%5D=user";

/// What a row says of an end, without ids and times.
fn end(call: &Call) -> String {
    format!(
        "{:?} {:?} {:?} escalated {} resolved {} counted {} known {} {:?}",
        call.state,
        call.outcome,
        call.ended_by,
        call.escalated,
        call.resolved,
        call.counted,
        call.known,
        call.failure_reason
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn case_16_hang_up_and_passthru_in_both_orders_are_one_row() {
    let app = app().await;
    let mut ends = Vec::new();
    for passthru_first in [false, true] {
        let (mut stream, sid) = talk(&app, 0).await;
        stream.listen().await;
        stream.press("1").await;
        stream.listen().await;
        let passthru = format!("{}{LEFT}", applet(&app, 0, &sid));
        if passthru_first {
            assert_eq!(get(&hook(&app, 0, "after-bot"), &passthru).await.status, 200);
        }
        stream.stop(&sid).await;
        let _ = stream.closed().await;
        if !passthru_first {
            assert_eq!(get(&hook(&app, 0, "after-bot"), &passthru).await.status, 200);
        }
        let call = app.counted(&app.doors[0], &sid).await;
        assert_eq!(call.ended_by, Some(EndedBy::Caller));
        ends.push(end(&call));
        // Once more changes nothing and is answered the same.
        assert_eq!(get(&hook(&app, 0, "after-bot"), &passthru).await.status, 200);
        assert_eq!(row(&app, 0, &sid).await.unwrap(), call);
    }
    assert_eq!(ends[0], ends[1]);
    assert!(caly_verify::verify(&app.store).await.unwrap().clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn case_17_resolved_hangs_up_and_escalated_goes_to_people() {
    let app = app().await;
    let knobs = Knobs { dup: 2, stream_params: StreamParams::Json, ..Knobs::default() };
    let keys = scenarios::named("order_keypad").unwrap().script();
    let (report, call) = app.place(app.line(0, knobs), keys, None).await;
    assert_eq!((report.after_bot_status, call.outcome), (200, Some(Outcome::ResolvedByAgent)), "{report:?}");
    assert!(report.connect.is_none() && report.violations.is_empty(), "{report:?}");
    let wait = Step::WaitQuiet { ms: 900 };
    let steps = vec![wait.clone(), Step::Press("0".into()), wait, Step::WaitEnd { ms: 20_000 }];
    let (report, call) = app.place(app.line(0, Knobs::default()), Script::new("person", steps), None).await;
    assert_eq!((report.after_bot_status, call.outcome), (302, Some(Outcome::MessageTaken)), "{report:?}");
    assert!(call.escalated && report.violations.is_empty(), "{report:?}");
    let connect = report.connect.unwrap();
    assert_eq!((connect.status, connect.numbers.len(), connect.after_status), (200, 0, 200));
}

#[tokio::test(flavor = "multi_thread")]
async fn case_17_a_stream_that_failed_goes_to_people() {
    let app = app().await;
    let failures = [
        "&Stream%5BStatus%5D=failed&Stream%5BDisconnectedBy%5D=NA&Stream%5BError%5D=3009+failed+to+establish+ws+conn",
        "&Stream[Status]=failed&Stream[DetailedStatus]=Streaming_call_throttled",
        "&Stream=%7B%22Status%22%3A%22failed%22%2C%22DetailedStatus%22%3A%22Streaming_call_throttled%22%7D",
        "&Stream%5BDetailedStatus%5D=Streaming_call_throttled",
    ];
    for failure in failures {
        let sid = new_sid(&app);
        voicebot(&app, 0, &sid).await;
        let query = format!("{}{failure}", applet(&app, 0, &sid));
        assert_eq!(get(&hook(&app, 0, "after-bot"), &query).await.status, 302, "{failure}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_17_whatever_comes_the_flow_gets_a_branch() {
    let app = app().await;
    let url = hook(&app, 0, "after-bot");
    let strange = [
        "CallSid=never-seen",
        "CallSid=never-seen&Stream[Status]=completed&Stream[DisconnectedBy]=bot",
        "CallSid=%7B%7BCallSid%7D%7D",
        "CallSid=a%20b%00",
        "",
        "Stream=%7Bnot+json",
        "%FF%FE=%FF&CallSid[]=x&Stream[Stream[Status]]=1",
    ];
    for query in strange {
        let said = get(&url, query).await;
        assert_eq!((said.status, said.body.as_str()), (302, ""), "{query}: a person is the safe branch");
    }
    assert!(wire::calls(&app, 0).await.is_empty());
}
