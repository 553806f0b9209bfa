//! Reading the catalogue, from the binary or from given texts.

use super::overlay::Overlay;
use super::{Agent, SectorEntry, check};
use crate::id::AgentId;
use crate::sector::Sector;
use include_dir::{Dir, include_dir};
use std::sync::OnceLock;

static AGENTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../catalog/agents");
static SECTORS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../catalog/sectors");

/// A catalogue file that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// Not TOML, a missing key, an unknown key or a value of the wrong type.
    #[error("{file}: {message}")]
    Unreadable {
        /// The file, with its path as people know it.
        file: String,
        /// The reader's words with line and key.
        message: String,
    },
    /// It reads, but a rule of the catalogue does not hold.
    #[error("{file}: {key} {rule}")]
    Rule {
        /// The file, with its path as people know it.
        file: String,
        /// The key that breaks the rule.
        key: String,
        /// What must hold.
        rule: String,
    },
}

/// All agents and sectors, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    agents: Vec<Agent>,
    sectors: Vec<SectorEntry>,
}

impl Catalogue {
    /// The catalogue in the binary, read and checked at the first call.
    ///
    /// # Errors
    /// The first [`CatalogueError`], naming file and key; always the same one.
    pub fn embedded() -> Result<&'static Catalogue, CatalogueError> {
        static ONCE: OnceLock<Result<Catalogue, CatalogueError>> = OnceLock::new();
        let read = || Catalogue::from_texts(&agents(), &sectors())?.complete();
        ONCE.get_or_init(read).as_ref().map_err(Clone::clone)
    }

    /// Reads a catalogue from (path from `catalog/` on, text) pairs.
    ///
    /// # Errors
    /// The first [`CatalogueError`], naming file and key.
    pub fn from_texts(agents: &[(String, String)], sectors: &[(String, String)]) -> Result<Self, CatalogueError> {
        let mut read = Vec::new();
        for (file, text) in agents {
            let agent: Agent = parse(file, text)?;
            check::agent(file, &agent)?;
            read.push((file.clone(), agent));
        }
        read.sort_by_key(|(_, a)| a.id);
        let mut entries = Vec::new();
        for (file, text) in sectors {
            let entry: SectorEntry = parse(file, text)?;
            check::sector(file, &entry, &read)?;
            entries.push(entry);
        }
        entries.sort_by_key(|e| e.sector);
        check::together(&read)?;
        Ok(Self { agents: read.into_iter().map(|(_, a)| a).collect(), sectors: entries })
    }

    /// The same with an operator's files laid over the sectors of their names:
    /// (path as the operator knows it, text) pairs. What they say is checked as
    /// the files in the binary are.
    ///
    /// # Errors
    /// The first [`CatalogueError`], naming file and key.
    pub fn with_sectors(&self, files: &[(String, String)]) -> Result<Self, CatalogueError> {
        let mut laid = self.clone();
        for (file, text) in files {
            let over: Overlay = parse(file, text)?;
            over.names_its_file(file)?;
            if let Some(entry) = laid.sectors.iter_mut().find(|e| e.sector == over.sector) {
                *entry = over.over(file, entry)?;
                check::fields(file, entry)?;
            }
        }
        laid.complete()
    }

    fn complete(self) -> Result<Self, CatalogueError> {
        check::complete(&self.agents, &self.sectors)?;
        Ok(self)
    }

    /// Every agent, by id.
    #[must_use]
    pub fn agents(&self) -> &[Agent] {
        &self.agents
    }

    /// An agent by its id.
    #[must_use]
    pub fn agent(&self, id: AgentId) -> Option<&Agent> {
        self.agents.iter().find(|a| a.id == id)
    }

    /// An agent by its slug within a sector.
    #[must_use]
    pub fn by_slug(&self, sector: Sector, slug: &str) -> Option<&Agent> {
        self.in_sector(sector).find(|a| a.slug == slug)
    }

    /// The agents of one sector, by id.
    pub fn in_sector(&self, sector: Sector) -> impl Iterator<Item = &Agent> {
        self.agents.iter().filter(move |a| a.sector == sector)
    }

    /// Every sector that has an entry.
    #[must_use]
    pub fn sectors(&self) -> &[SectorEntry] {
        &self.sectors
    }

    /// One sector's entry.
    #[must_use]
    pub fn sector(&self, sector: Sector) -> Option<&SectorEntry> {
        self.sectors.iter().find(|e| e.sector == sector)
    }

    /// The agent that answers in a sector where nothing else is set.
    #[must_use]
    pub fn entry_agent(&self, sector: Sector) -> Option<&Agent> {
        self.by_slug(sector, &self.sector(sector)?.entry_agent)
    }
}

fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, CatalogueError> {
    toml::from_str(text)
        .map_err(|e| CatalogueError::Unreadable { file: file.to_owned(), message: e.to_string().trim_end().to_owned() })
}

fn agents() -> Vec<(String, String)> {
    texts(&AGENTS, "catalog/agents")
}

pub(super) fn sectors() -> Vec<(String, String)> {
    texts(&SECTORS, "catalog/sectors")
}

fn texts(dir: &Dir<'_>, prefix: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for file in dir.files().filter(|f| f.path().extension().is_some_and(|e| e == "toml")) {
        // A file that is not UTF-8 reads as text that is not TOML and is named.
        let text = String::from_utf8_lossy(file.contents()).into_owned();
        found.push((format!("{prefix}/{}", file.path().display()), text));
    }
    for inner in dir.dirs() {
        found.extend(texts(inner, prefix));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_catalogue_is_sound() {
        let c = Catalogue::embedded().unwrap_or_else(|e| panic!("{e}"));
        assert!(c.agents().iter().map(|a| a.id.0).eq(1..=54), "ids are 1 to 54, each once");
        assert_eq!(c.sectors().len(), Sector::ALL.len());
        assert_eq!(c.agent(AgentId(2)).map(Agent::expected_handling_ms), Some(90_000));
    }

    /// Ids are stored with calls and standings: none is ever given to another agent.
    #[test]
    fn ids_stay_with_their_agents() {
        let c = Catalogue::embedded().unwrap();
        let of = |sector| c.in_sector(sector).map(|a| (a.id.0, a.slug.as_str())).collect::<Vec<_>>();
        for (sector, agents) in IDS {
            assert_eq!(of(*sector), *agents, "{sector}");
        }
    }

    const IDS: &[(Sector, &[(i64, &str)])] = &[
        (
            Sector::Ecommerce,
            &[
                (1, "front_desk"),
                (2, "order_status"),
                (3, "returns_refunds"),
                (5, "product_advice"),
                (6, "payments_billing"),
                (7, "delivery_changes"),
            ],
        ),
        (
            Sector::Healthcare,
            &[
                (4, "appointments"),
                (8, "front_desk"),
                (9, "lab_reports"),
                (10, "prescriptions"),
                (11, "billing_insurance"),
                (12, "health_checkups"),
            ],
        ),
        (
            Sector::Realestate,
            &[
                (13, "front_desk"),
                (14, "property_enquiry"),
                (15, "site_visits"),
                (16, "rentals_maintenance"),
                (17, "home_loans_documents"),
            ],
        ),
        (
            Sector::Fintech,
            &[
                (18, "front_desk"),
                (19, "card_services"),
                (20, "loans_emi"),
                (21, "kyc_onboarding"),
                (22, "payments_disputes"),
                (23, "account_services"),
            ],
        ),
        (
            Sector::Hospitality,
            &[
                (24, "front_desk"),
                (25, "reservations"),
                (26, "guest_services"),
                (27, "restaurant_banquets"),
                (28, "billing_loyalty"),
            ],
        ),
        (
            Sector::Logistics,
            &[
                (29, "front_desk"),
                (30, "shipment_tracking"),
                (31, "pickup_booking"),
                (32, "delivery_reschedule"),
                (33, "claims_rates"),
            ],
        ),
        (
            Sector::Education,
            &[
                (34, "front_desk"),
                (35, "admissions"),
                (36, "fees_scholarships"),
                (37, "exams_results"),
                (38, "student_support"),
            ],
        ),
        (
            Sector::Government,
            &[
                (39, "front_desk"),
                (40, "certificates_documents"),
                (41, "property_tax_water"),
                (42, "grievances"),
                (43, "schemes_pensions"),
            ],
        ),
        (
            Sector::Telecom,
            &[
                (44, "front_desk"),
                (45, "recharge_plans"),
                (46, "billing"),
                (47, "network_complaints"),
                (48, "sim_kyc_porting"),
                (49, "broadband_installation"),
            ],
        ),
        (
            Sector::Saas,
            &[
                (50, "front_desk"),
                (51, "technical_support"),
                (52, "billing_subscriptions"),
                (53, "onboarding_accounts"),
                (54, "sales_demos"),
            ],
        ),
    ];

    #[test]
    fn a_catalogue_with_gaps_is_refused() {
        let without = |texts: Vec<(String, String)>, end: &str| {
            texts.into_iter().filter(|(f, _)| !f.ends_with(end)).collect::<Vec<_>>()
        };
        let said = |agents: &[(String, String)], sectors: &[(String, String)]| {
            Catalogue::from_texts(agents, sectors).unwrap().complete().expect_err("must be refused").to_string()
        };
        let (agents, sectors) = (super::agents(), super::sectors());
        let gap = said(
            &without(agents.clone(), "returns_refunds.toml")
                .into_iter()
                .filter(|(f, _)| f.contains("healthcare"))
                .collect::<Vec<_>>(),
            &[],
        );
        assert!(gap.starts_with("catalog/agents: ids must be 1 to 54, each once: 1, 2, 3, 5"), "{gap}");
        let gap = said(&agents, &without(sectors, "telecom.toml"));
        assert_eq!(gap, "catalog/sectors/telecom.toml: sector must have a file");
    }

    #[test]
    fn the_same_words_for_two_intents_are_refused() {
        let said = refusal("  \"where is my order\", ", "  \"i want to return an item\", ");
        assert!(said.contains("has \"i want to return an item\", which"), "{said}");
    }

    fn with(edit: impl Fn(String) -> String) -> Result<Catalogue, CatalogueError> {
        let agents: Vec<_> = super::agents()
            .into_iter()
            .map(|(f, t)| if f.ends_with("order_status.toml") { (f, edit(t)) } else { (f, t) })
            .collect();
        Catalogue::from_texts(&agents, &super::sectors())
    }

    fn refusal(from: &str, to: &str) -> String {
        with(|t| t.replacen(from, to, 1)).expect_err("must be refused").to_string()
    }

    #[test]
    fn refusals_name_file_and_key() {
        let file = "catalog/agents/ecommerce/order_status.toml: ";
        for (from, to, key) in [
            ("purpose = ", "porpoise = ", "porpoise"),
            ("goal = \"tell_status\"", "goal = \"tell\"", "tell"),
            ("id = 2", "id = 0", "id"),
            ("id = 2", "id = 1", "id"),
            ("slug = \"order_status\"", "slug = \"tracking\"", "slug"),
            ("expected_handling_seconds = 90", "expected_handling_seconds = 0", "expected_handling_seconds"),
            ("needs = [\"order_number\"]", "needs = [\"order\"]", "intents.not_received.needs"),
            ("intent = \"not_received\"", "intent = \"lost\"", "menu.2.intent"),
            ("  \"where is my order\", ", "  \"where is my order?\", ", "intents.where_is_order.utterances"),
            ("name = \"delivery_date\"", "name = \"where_is_order\"", "intents.where_is_order.name"),
            ("max = 4", "max = 3", "slots.phone_last4.max"),
        ] {
            let said = refusal(from, to);
            assert!(said.starts_with(file) && said.contains(key), "{from} → {to}: {said}");
        }
    }

    #[test]
    fn a_sector_without_its_entry_agent_is_refused() {
        let sectors = vec![(
            "catalog/sectors/ecommerce.toml".to_owned(),
            "sector='ecommerce'\nname='x'\nentry_agent='nobody'\nabout='x'\nfields=[]".to_owned(),
        )];
        let said = Catalogue::from_texts(&super::agents(), &sectors).expect_err("must be refused").to_string();
        assert!(said.contains("sectors/ecommerce.toml: entry_agent"), "{said}");
    }
}
