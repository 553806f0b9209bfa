//! One spoken call per sector: a sector's own channel, its front desk, and a
//! caller who says what people of that trade are rung up about.

use caly_core::outcome::Outcome::{self, MessageTaken, ResolvedByAgent};
use caly_rehearsal::knobs::Knobs;
use caly_rehearsal::script::{Script, Step};
use caly_rehearsal::voice::CallerVoice;
use caly_tests::talk::Talk;
use caly_tests::{TestApp, caller_voice, pack_dir};
use serde_json::{Value, json};
use std::sync::Arc;

/// A caller of one sector.
struct Caller {
    sector: &'static str,
    /// What he says, or presses (what begins with a key), each when the agent
    /// has spoken.
    does: &'static [&'static str],
    /// Who completes the call.
    agent: &'static str,
    outcome: Outcome,
    /// Pieces of what he is told, in order.
    told: &'static [&'static str],
}

/// Two that are told, one that is passed on, one that goes to people.
const FIRST: [Caller; 4] = [
    Caller {
        sector: "realestate",
        does: &["Which papers do I need for a home loan?", "Yes.", "#5"],
        agent: "home_loans_documents",
        outcome: ResolvedByAgent,
        told: &["did that help"],
    },
    Caller {
        sector: "fintech",
        does: &["Which documents are needed for KYC?", "Yes.", "#4"],
        agent: "kyc_onboarding",
        outcome: ResolvedByAgent,
        told: &["did that help"],
    },
    Caller {
        sector: "hospitality",
        does: &["How can I pay the hotel?", "Yes.", "#5"],
        agent: "billing_loyalty",
        outcome: ResolvedByAgent,
        told: &["upi", "did that help"],
    },
    Caller {
        sector: "logistics",
        does: &["Where is my parcel?", "#123456789#", "Yes.", "My name is Ravi."],
        agent: "shipment_tracking",
        outcome: MessageTaken,
        told: &["tracking"],
    },
];

const SECOND: [Caller; 4] = [
    Caller {
        sector: "education",
        does: &["How can I pay the college fees?", "Yes.", "#5"],
        agent: "fees_scholarships",
        outcome: ResolvedByAgent,
        told: &["did that help"],
    },
    Caller {
        sector: "government",
        does: &["The street light is not working.", "Near the bus stand.", "My name is Ravi."],
        agent: "grievances",
        outcome: MessageTaken,
        told: &["roads and lights", "in which ward"],
    },
    Caller {
        sector: "telecom",
        does: &["My phone was stolen and I lost my SIM card.", "#9876543210#", "Yes.", "My name is Ravi."],
        agent: "sim_kyc_porting",
        outcome: MessageTaken,
        told: &["person"],
    },
    Caller {
        sector: "saas",
        does: &["How do I get started with the product?", "Yes.", "#5"],
        agent: "onboarding_accounts",
        outcome: ResolvedByAgent,
        told: &["did that help"],
    },
];

/// The shop and the clinic, on their own doors.
const OWN_DOORS: [(usize, Caller); 2] = [
    (
        0,
        Caller {
            sector: "ecommerce",
            does: &["Where is my order?", "#1024#", "Yes.", "#5"],
            agent: "order_status",
            outcome: ResolvedByAgent,
            told: &["is on its way", "did that help"],
        },
    ),
    (
        1,
        Caller {
            sector: "healthcare",
            does: &["I want to speak to a person.", "Please call me about my report."],
            agent: "appointments",
            outcome: MessageTaken,
            told: &[],
        },
    ),
];

struct Town {
    app: TestApp,
    voice: Arc<dyn CallerVoice>,
    token: String,
}

impl Town {
    async fn open() -> Option<Self> {
        let pack = pack_dir()?;
        let app = TestApp::start(Some(pack.clone())).await;
        let body = json!({"email": app.doors[0].email, "password": "password"});
        let answer = reqwest::Client::new().post(format!("{}/api/auth/login", app.base)).json(&body).send().await;
        let token = answer.unwrap().json::<Value>().await.unwrap()["token"].as_str().unwrap().to_owned();
        let town = Self { app, voice: caller_voice(&pack), token };
        town.somebody_owns().await;
        Some(town)
    }

    /// The shop's first member answers for the front desk of every sector.
    async fn somebody_owns(&self) {
        let http = reqwest::Client::new();
        let desks = self
            .app
            .node
            .app
            .catalogue
            .sectors()
            .iter()
            .map(|sector| self.app.node.app.catalogue.by_slug(sector.sector, &sector.entry_agent).unwrap().id);
        let set: Vec<Value> = desks.map(|desk| json!({"agent_id": desk.0, "proficiency_level": 80})).collect();
        assert_eq!(set.len(), 10);
        let url = format!("{}/api/teams/members/1/agents", self.app.base);
        let put = http.put(url).bearer_auth(&self.token).json(&json!({"assignments": set})).send().await.unwrap();
        assert!(put.status().is_success(), "{}", put.text().await.unwrap());
    }

    /// The hook key of a new line for this sector.
    async fn line_of(&self, sector: &str) -> String {
        let body = json!({"kind": "rehearsal", "name": format!("{sector} line"), "sector": sector});
        let url = format!("{}/api/channels", self.app.base);
        let answer = reqwest::Client::new().post(url).bearer_auth(&self.token).json(&body).send().await.unwrap();
        let made: Value = answer.json().await.unwrap();
        let voicebot = made["hook_urls"]["voicebot"].as_str().unwrap_or_else(|| panic!("{made}"));
        voicebot.rsplit('/').nth(1).unwrap().to_owned()
    }

    async fn call(&self, door: usize, caller: &Caller) -> Talk {
        let mut line = self.app.line(door, Knobs::default());
        if !["ecommerce", "healthcare"].contains(&caller.sector) {
            line.hook_key = self.line_of(caller.sector).await;
        }
        let deed = |words: &&str| match words.strip_prefix('#') {
            Some(keys) => Step::Press(keys.to_owned()),
            None => Step::Say((*words).to_owned()),
        };
        let steps = caller.does.iter().flat_map(|words| [Step::WaitQuiet { ms: 900 }, deed(words)]);
        let script = Script::new(caller.sector, steps.chain([Step::WaitEnd { ms: 20_000 }]).collect());
        self.app.talk_on(&format!("sector_{}", caller.sector), door, line, script, &self.voice).await
    }
}

fn went_as_expected(talk: &Talk, caller: &Caller) {
    let (sector, call) = (caller.sector, &talk.call);
    assert_eq!(call.outcome, Some(caller.outcome), "{sector}: {:#?}", talk.said);
    assert_eq!(call.agent_type, caller.agent, "{sector}: {:#?}", talk.said);
    talk.in_order(caller.told);
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_of_four_sectors_are_served_by_their_agents() {
    let Some(town) = Town::open().await else { return };
    let [a, b, c, d] = &FIRST;
    let (ta, tb) = tokio::join!(town.call(0, a), town.call(0, b));
    let (tc, td) = tokio::join!(town.call(0, c), town.call(0, d));
    for (talk, caller) in [(ta, a), (tb, b), (tc, c), (td, d)] {
        went_as_expected(&talk, caller);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_of_four_further_sectors_are_served_by_their_agents() {
    let Some(town) = Town::open().await else { return };
    let [a, b, c, d] = &SECOND;
    let (ta, tb) = tokio::join!(town.call(0, a), town.call(0, b));
    let (tc, td) = tokio::join!(town.call(0, c), town.call(0, d));
    for (talk, caller) in [(ta, a), (tb, b), (tc, c), (td, d)] {
        went_as_expected(&talk, caller);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_of_the_shop_and_the_clinic_are_served_by_their_agents() {
    let Some(town) = Town::open().await else { return };
    let [(shop, a), (clinic, b)] = &OWN_DOORS;
    let (ta, tb) = tokio::join!(town.call(*shop, a), town.call(*clinic, b));
    went_as_expected(&ta, a);
    went_as_expected(&tb, b);
}
