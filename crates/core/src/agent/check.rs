//! The rules that every catalogue file keeps.

use super::{Agent, CatalogueError, Field, FieldKind, Goal, Intent, SectorEntry, Slot, SlotKind};
use crate::sector::Sector;
use std::collections::{HashMap, HashSet};

const MIN_INTENTS: usize = 4;
const MIN_UTTERANCES: usize = 8;
const LAST_ID: i64 = 54;
const LONGEST_KEY: usize = 64;
/// The one far side whose address is the operator's setting and no field.
const FIXED_ADDRESS: &str = "stripe";
/// Slug of the agent that every sector has.
const FRONT_DESK: &str = "front_desk";

/// One agent by itself.
pub(super) fn agent(file: &str, agent: &Agent) -> Result<(), CatalogueError> {
    let at = At { file };
    at.holds((1..=LAST_ID).contains(&agent.id.0), "id", "must be a whole number from 1 to 54")?;
    let path = format!("catalog/agents/{}/{}.toml", agent.sector, agent.slug);
    at.holds(file == path, "slug", "and sector must be those of the file's path")?;
    for (key, text) in [
        ("name", &agent.name),
        ("purpose", &agent.purpose),
        ("greeting", &agent.greeting),
        ("takeover", &agent.takeover),
    ] {
        at.holds(!text.trim().is_empty(), key, "must not be empty")?;
    }
    at.holds(agent.expected_handling_seconds > 0, "expected_handling_seconds", "must be above zero")?;
    at.holds(!agent.resolves.is_empty(), "resolves", "must say at least one thing")?;
    at.holds(!agent.escalates.is_empty(), "escalates", "must say at least one thing")?;
    at.holds(agent.intents.len() >= MIN_INTENTS, "intents", "must be at least four")?;
    at.holds(agent.slot("message").is_some(), "slots", "must have one named message: any agent may take one")?;
    at.unique("intents", agent.intents.iter().map(|i| &i.name))?;
    at.unique("slots", agent.slots.iter().map(|s| &s.name))?;
    agent.intents.iter().try_for_each(|i| intent(&at, agent, i))?;
    agent.slots.iter().try_for_each(|s| slot(&at, s))?;
    menu(&at, agent)
}

/// What must hold between agents: ids, and menus that lead to other agents.
pub(super) fn together(agents: &[(String, Agent)]) -> Result<(), CatalogueError> {
    let mut ids = HashSet::new();
    for (file, agent) in agents {
        let at = At { file };
        at.holds(ids.insert(agent.id), "id", "is already taken by another agent")?;
        for item in &agent.menu {
            let slug = item.agent.as_ref().unwrap_or(&agent.slug);
            let found = agents
                .iter()
                .any(|(_, a)| a.sector == agent.sector && a.slug == *slug && a.intent(&item.intent).is_some());
            at.holds(found, &format!("menu.{}.intent", item.key), "must name an intent of an agent of this sector")?;
        }
    }
    said_once(agents)
}

/// Words that stand for two intents of a sector stand for none.
fn said_once(agents: &[(String, Agent)]) -> Result<(), CatalogueError> {
    let mut seen = HashMap::new();
    for (file, agent) in agents {
        for intent in &agent.intents {
            for text in &intent.utterances {
                let before = seen.insert((agent.sector, text), (&agent.slug, &intent.name));
                let key = format!("intents.{}.utterances", intent.name);
                let rule = before.map(|(a, i)| format!("has \"{text}\", which {a}.{i} has too"));
                At { file }.holds(rule.is_none(), &key, &rule.unwrap_or_default())?;
            }
        }
    }
    Ok(())
}

/// What must hold of the whole catalogue and not of a part of it: every id,
/// every sector, and a front desk in each, which answers where nothing else is set.
pub(super) fn complete(agents: &[Agent], sectors: &[SectorEntry]) -> Result<(), CatalogueError> {
    let at = At { file: "catalog/agents" };
    let missing: Vec<String> =
        (1..=LAST_ID).filter(|id| !agents.iter().any(|a| a.id.0 == *id)).map(|id| id.to_string()).collect();
    let rule = format!("must be 1 to {LAST_ID}, each once: {} missing", missing.join(", "));
    at.holds(missing.is_empty(), "ids", &rule)?;
    for sector in Sector::ALL {
        let file = format!("catalog/sectors/{sector}.toml");
        let at = At { file: &file };
        let entry = sectors.iter().find(|e| e.sector == *sector);
        at.holds(entry.is_some(), "sector", "must have a file")?;
        let front = entry.is_some_and(|e| e.entry_agent == FRONT_DESK);
        at.holds(front, "entry_agent", &format!("must be {FRONT_DESK}"))?;
    }
    Ok(())
}

/// One sector's settings.
pub(super) fn sector(file: &str, entry: &SectorEntry, agents: &[(String, Agent)]) -> Result<(), CatalogueError> {
    let at = At { file };
    let path = format!("catalog/sectors/{}.toml", entry.sector);
    at.holds(file == path, "sector", "must be that of the file's name")?;
    let known = agents.iter().any(|(_, a)| a.sector == entry.sector && a.slug == entry.entry_agent);
    at.holds(known, "entry_agent", "must be the slug of an agent of this sector")?;
    fields(file, entry)
}

/// What a form can draw, an API can take and a connection can be tried with.
pub(super) fn fields(file: &str, entry: &SectorEntry) -> Result<(), CatalogueError> {
    let at = At { file };
    for (key, text) in [("name", &entry.name), ("about", &entry.about)] {
        at.holds(!text.trim().is_empty(), key, "must not be empty")?;
    }
    at.once("fields", entry.fields.iter().map(|f| &f.key))?;
    at.once("linked", entry.linked.iter().map(|l| &l.key))?;
    entry.fields.iter().try_for_each(|f| field(&at, f))?;
    entry.fields.iter().try_for_each(|f| has_address(&at, f, &entry.fields))
}

fn field(at: &At<'_>, field: &Field) -> Result<(), CatalogueError> {
    let key = |k: &str| format!("fields.{}.{k}", field.key);
    let plain = (1..=LONGEST_KEY).contains(&field.key.len())
        && field.key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    at.holds(plain, &key("key"), "must be lower-case letters, digits and _, 64 at most")?;
    at.holds(!field.label.trim().is_empty(), &key("label"), "must not be empty")?;
    at.holds(!field.help.trim().is_empty(), &key("help"), "must say where to find it")?;
    let fits = (field.kind == FieldKind::Select) != field.options.is_empty();
    at.holds(fits, &key("options"), "must be given for a select and for nothing else")?;
    at.holds(field.options.iter().all(|o| !o.trim().is_empty()), &key("options"), "must not be empty")?;
    at.once(&key("options"), field.options.iter())?;
    let Some(pattern) = &field.pattern else { return Ok(()) };
    let typed = matches!(field.kind, FieldKind::Text | FieldKind::Password);
    at.holds(typed, &key("pattern"), "is for what is typed only")?;
    let why = regex::Regex::new(pattern).err().map(|e| e.to_string());
    // The reader draws the place over several lines; its last one says why.
    let why = why.as_deref().and_then(|e| e.lines().last()).map(|e| e.trim_start_matches("error: "));
    at.holds(why.is_none(), &key("pattern"), &format!("is no regular expression: {}", why.unwrap_or_default()))
}

/// What is tried and voided together belongs to one address.
fn has_address(at: &At<'_>, field: &Field, all: &[Field]) -> Result<(), CatalogueError> {
    let Some(group) = field.url_group.as_deref().filter(|g| *g != FIXED_ADDRESS) else { return Ok(()) };
    let mut of_group = all.iter().filter(|f| f.url_group.as_deref() == Some(group));
    let known = of_group.any(|f| f.kind == FieldKind::Text && f.key.ends_with("_url"));
    let rule = format!("\"{group}\" has no address: give it a text field whose key ends in _url");
    at.holds(known, &format!("fields.{}.url_group", field.key), &rule)
}

fn intent(at: &At<'_>, agent: &Agent, intent: &Intent) -> Result<(), CatalogueError> {
    let key = |k: &str| format!("intents.{}.{k}", intent.name);
    at.holds(intent.utterances.len() >= MIN_UTTERANCES, &key("utterances"), "must be at least eight")?;
    for text in &intent.utterances {
        let plain = !text.trim().is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == ' ' || c == '\'');
        at.holds(
            plain,
            &key("utterances"),
            &format!("must be lower-case words without punctuation, unlike \"{text}\""),
        )?;
    }
    at.unique(&key("utterances"), intent.utterances.iter())?;
    let known = intent.needs.iter().all(|n| agent.slot(n).is_some());
    at.holds(known, &key("needs"), "must name slots of this agent")?;
    at.holds(intent.goal != Goal::Answer || intent.reply.is_some(), &key("reply"), "must be given: it is the answer")
}

fn slot(at: &At<'_>, slot: &Slot) -> Result<(), CatalogueError> {
    let key = |k: &str| format!("slots.{}.{k}", slot.name);
    for (name, text) in [("ask", &slot.ask), ("again", &slot.again)] {
        at.holds(!text.trim().is_empty(), &key(name), "must not be empty")?;
    }
    at.holds(slot.read_back.contains("{value}"), &key("read_back"), "must contain {value}")?;
    at.holds(!slot.past || slot.kind == SlotKind::Date, &key("past"), "is for dates only")?;
    let offered = slot.options.is_empty() || (slot.kind == SlotKind::Choice && (2..=9).contains(&slot.options.len()));
    at.holds(offered, &key("options"), "are for a choice only, two to nine of them")?;
    at.unique(&key("options"), slot.options.iter())?;
    match (slot.kind, slot.min, slot.max) {
        (SlotKind::Digits, Some(min), Some(max)) => {
            at.holds(1 <= min && min <= max, &key("max"), "must not be below min, and min not below 1")
        }
        (SlotKind::Digits, ..) => at.holds(false, &key("min"), "and max must be given for digits"),
        (_, min, max) => at.holds(min.is_none() && max.is_none(), &key("min"), "and max are for digits only"),
    }
}

fn menu(at: &At<'_>, agent: &Agent) -> Result<(), CatalogueError> {
    at.holds(!agent.menu.is_empty(), "menu", "must have a line: callers without speech need it")?;
    let mut keys = HashSet::new();
    for item in &agent.menu {
        let fits = (1..=9).contains(&item.key) && keys.insert(item.key);
        at.holds(fits, "menu", "keys must be 1-9, each once")?;
    }
    Ok(())
}

/// Where a rule is looked at.
pub(super) struct At<'a> {
    /// The file, with its path as people know it.
    pub(super) file: &'a str,
}

impl At<'_> {
    pub(super) fn holds(&self, fits: bool, key: &str, rule: &str) -> Result<(), CatalogueError> {
        if fits {
            return Ok(());
        }
        Err(CatalogueError::Rule { file: self.file.to_owned(), key: key.to_owned(), rule: rule.to_owned() })
    }

    pub(super) fn once<'n>(&self, key: &str, words: impl Iterator<Item = &'n String>) -> Result<(), CatalogueError> {
        let mut seen = HashSet::new();
        for word in words {
            self.holds(seen.insert(word), &format!("{key}.{word}"), "is there twice")?;
        }
        Ok(())
    }

    fn unique<'n>(&self, key: &str, names: impl Iterator<Item = &'n String>) -> Result<(), CatalogueError> {
        let mut seen = HashSet::new();
        for name in names {
            self.holds(seen.insert(name), &format!("{key}.{name}.name"), "is there twice")?;
        }
        Ok(())
    }
}
