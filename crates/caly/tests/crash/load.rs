//! Load that remembers what was acknowledged, and nothing else.

use caly_rehearsal::carrier::{self, Line};
use caly_rehearsal::knobs::Knobs;
use caly_rehearsal::script::{Script, Step};
use caly_server::clock::{Chance, Clock, SystemChance, SystemClock};
use caly_server::demo::Door;
use caly_tests::behind::Behind;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// What the server said 2xx to.
#[derive(Debug, Default)]
pub struct Acks {
    /// Carrier's ids whose voicebot answer rests on a row.
    pub calls: BTreeSet<String>,
    /// E-mails of members.
    pub members: BTreeSet<String>,
    /// Member id → proficiencies that may stand: the acknowledged one and
    /// those tried after it.
    pub levels: BTreeMap<i64, Vec<i64>>,
    /// Ids in notifications.
    pub hooks: BTreeSet<String>,
    token: String,
}

impl fmt::Display for Acks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (calls, members, hooks) = (self.calls.len(), self.members.len(), self.hooks.len());
        write!(f, "{calls} calls, {members} members, {} assignments, {hooks} notifications", self.levels.len())
    }
}

impl Acks {
    /// Those that no later change replaces: what a copy taken from now on holds.
    pub fn lasting(&self) -> Self {
        let (calls, members, hooks) = (self.calls.clone(), self.members.clone(), self.hooks.clone());
        Self { calls, members, hooks, ..Self::default() }
    }

    fn note(&mut self, ack: Ack) {
        match ack {
            Ack::Call(sid) => drop(self.calls.insert(sid)),
            Ack::Member(email) => drop(self.members.insert(email)),
            Ack::Hook(sid) => drop(self.hooks.insert(sid)),
            Ack::Tried(member, level) => self.levels.entry(member).or_default().push(level),
            Ack::Level(member, level) => drop(self.levels.insert(member, vec![level])),
        }
    }

    /// What was acknowledged and is not there, a line each.
    pub async fn lost(&self, behind: &Behind) -> Vec<String> {
        let mut lost = Vec::new();
        let missing = |known: &BTreeSet<String>, rows: Vec<String>, what: &str| {
            let rows: BTreeSet<_> = rows.into_iter().collect();
            known.difference(&rows).map(|one| format!("{what} {one}")).collect::<Vec<_>>()
        };
        lost.extend(missing(&self.calls, behind.texts("SELECT carrier_call_id FROM calls").await, "call"));
        lost.extend(missing(&self.members, behind.texts("SELECT email FROM members").await, "member"));
        lost.extend(missing(&self.hooks, behind.texts("SELECT call_sid FROM carrier_inbox").await, "notification"));
        for (member, may) in &self.levels {
            let sql = format!(
                "SELECT COALESCE(MAX(proficiency), -1) FROM assignments a JOIN clients c ON c.id = a.client_id \
                 WHERE c.sector = 'ecommerce' AND agent_id = 2 AND assigned AND member_id = {member}"
            );
            let stands = behind.number(&sql).await;
            if !may.contains(&stands) {
                lost.push(format!("assignment of member {member}: {stands} stands, {may:?} may"));
            }
        }
        lost
    }
}

/// One thing that happened on the wire.
enum Ack {
    Call(String),
    Member(String),
    Hook(String),
    Tried(i64, i64),
    Level(i64, i64),
}

type Told = tokio::sync::mpsc::UnboundedSender<Ack>;

/// Load under way.
pub struct Load {
    tasks: JoinSet<()>,
    stop: CancellationToken,
    told: tokio::sync::mpsc::UnboundedReceiver<Ack>,
}

#[derive(Clone)]
struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
    told: Told,
    life: u64,
}

impl Load {
    /// Starts callers, a person who edits the team, and notifications.
    pub async fn start(base: &str, doors: &[Door], acks: &mut Acks, life: u64) -> Self {
        let http = reqwest::Client::new();
        if acks.token.is_empty() {
            let ask = json!({"email": "user@example.com", "password": "password"});
            let answer = http.post(format!("{base}/api/auth/login")).json(&ask).send().await.unwrap();
            let body: Value = answer.json().await.unwrap();
            // Kept through every crash: a session that was given stays.
            acks.token = body["token"].as_str().unwrap().to_owned();
        }
        let (told, inbox) = tokio::sync::mpsc::unbounded_channel();
        let client = Client { http, base: base.to_owned(), token: acks.token.clone(), told, life };
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        for caller in 0..8 {
            let (client, door) = (client.clone(), doors[caller % 2].clone());
            tasks.spawn(until(stop.clone(), async move { client.call_again_and_again(&door, caller).await }));
        }
        let editor = client.clone();
        tasks.spawn(until(stop.clone(), async move { editor.edit_the_team().await }));
        let key = doors[0].hook_key.clone();
        tasks.spawn(until(stop.clone(), async move { client.notify(&key).await }));
        Self { tasks, stop, told: inbox }
    }

    /// Takes note of what was acknowledged until now.
    pub fn hear(&mut self, acks: &mut Acks) {
        while let Ok(ack) = self.told.try_recv() {
            acks.note(ack);
        }
    }

    /// Ends it after the kill and hands over what was acknowledged.
    pub async fn stop(mut self, acks: &mut Acks) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
        while let Some(ack) = self.told.recv().await {
            acks.note(ack);
        }
        acks.levels.retain(|_, may| !may.is_empty());
    }
}

async fn until(stop: CancellationToken, work: impl Future<Output = ()>) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = work => {}
    }
}

impl Client {
    fn tell(&self, ack: Ack) {
        self.told.send(ack).unwrap();
    }

    async fn call_again_and_again(&self, door: &Door, caller: usize) {
        let steps = match caller / 2 {
            // Asks for a person: a task, and a call that counts.
            0 | 1 => vec![Step::Pause(400), Step::Press("0".into()), Step::Pause(600), Step::HangUp],
            2 => vec![Step::Pause(300), Step::HangUp],
            _ => vec![Step::Pause(60_000)],
        };
        let script = Script::new("under load", steps);
        loop {
            let line = self.line(door);
            if self.rings(&line).await {
                // Its end is the kill's, or its own; both are judged later.
                let _ = carrier::place(line, script.clone(), None, None).await;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    fn line(&self, door: &Door) -> Line {
        let now = SystemClock.now();
        Line {
            base: self.base.parse().unwrap(),
            hook_key: door.hook_key.clone(),
            to: door.number.into(),
            from: "+919812345678".into(),
            call_sid: SystemChance.id(now).simple().to_string(),
            at: jiff::Timestamp::from_millisecond(now.0).unwrap(),
            knobs: Knobs { rate: Some(8_000), ..Knobs::default() },
        }
    }

    /// The voicebot URL; an answer of the safe branch promises no row.
    async fn rings(&self, line: &Line) -> bool {
        let url = format!("{}/exotel/{}/voicebot", self.base, line.hook_key);
        let query = [("CallSid", &line.call_sid), ("CallFrom", &line.from), ("CallTo", &line.to)];
        let Ok(answer) = self.http.get(url).query(&query).send().await else { return false };
        assert_eq!(answer.status(), 200);
        let Ok(body) = answer.text().await else { return false };
        if !body.contains("/stream/d1-") {
            self.tell(Ack::Call(line.call_sid.clone()));
        }
        true
    }

    async fn edit_the_team(&self) {
        for n in 0.. {
            let email = format!("life{}-{n}@example.com", self.life);
            let ask = json!({"email": email, "role": "agent"});
            let url = format!("{}/api/teams/members", self.base);
            if self.acked(self.http.post(url).json(&ask)).await == Some(201) {
                self.tell(Ack::Member(email));
            }
            let (member, level) = (1 + n % 7, (self.life as i64 * 9 + n) % 101);
            let set = json!({"assignments": [{"agent_id": 1, "proficiency_level": 60},
                {"agent_id": 2, "proficiency_level": level}]});
            let url = format!("{}/api/teams/members/{member}/agents", self.base);
            self.tell(Ack::Tried(member, level));
            if self.acked(self.http.put(url).json(&set)).await == Some(200) {
                self.tell(Ack::Level(member, level));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn acked(&self, request: reqwest::RequestBuilder) -> Option<u16> {
        let answer = request.bearer_auth(&self.token).send().await.ok()?;
        let status = answer.status().as_u16();
        // Cut off in the body is not acknowledged.
        let body = answer.text().await.ok()?;
        assert!(matches!(status, 200 | 201 | 503), "{status}: {body}");
        Some(status)
    }

    async fn notify(&self, key: &str) {
        for n in 0.. {
            let sid = format!("life{}-{n}", self.life);
            let url = format!("{}/exotel/{key}/status", self.base);
            let sent = self.http.post(url).form(&[("CallSid", sid.as_str()), ("Status", "completed")]).send().await;
            if sent.is_ok_and(|answer| answer.status() == 200) {
                self.tell(Ack::Hook(sid));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
