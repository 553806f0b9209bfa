//! What `/api/sector-config` says.

use crate::manage::wire::when;
use crate::manage::words;
use crate::vault::SettingState;
use caly_core::agent::{Catalogue, Field, FieldKind, SectorEntry};
use caly_core::sector::Sector;
use caly_store::Channel;
use serde::Serialize;
use utoipa::ToSchema;

/// All sectors.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sectors {
    /// In the catalogue's order.
    pub sectors: Vec<SectorLine>,
}

/// One sector in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct SectorLine {
    /// Its word.
    #[schema(value_type = words::Sector)]
    pub sector: Sector,
    /// The name on screens.
    pub name: String,
    /// One sentence.
    pub about: String,
    /// Whether it is this client's own.
    pub own: bool,
    /// How many agents work in it.
    pub agents: usize,
    /// How many fields it has.
    pub fields: usize,
    /// How many of them are set here.
    pub fields_set: usize,
}

/// One sector: what to draw, what is set, who works in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SectorConfig {
    /// Its word.
    #[schema(value_type = words::Sector)]
    pub sector: Sector,
    /// The name on screens.
    pub name: String,
    /// One sentence.
    pub about: String,
    /// The fields, in the order to draw them.
    pub fields: Vec<FieldView>,
    /// What is set.
    pub settings: Vec<SettingView>,
    /// The sector's agents.
    pub agents: Vec<Choice>,
    /// Settings that live elsewhere and belong to the same picture.
    pub linked: Vec<LinkedGroup>,
}

/// A field to draw.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SectorField)]
pub struct FieldView {
    /// The key in `config`.
    pub key: String,
    /// The label.
    pub label: String,
    /// The widget.
    #[serde(rename = "type")]
    #[schema(value_type = words::FieldType)]
    pub kind: FieldKind,
    /// Whether its group needs it.
    pub required: bool,
    /// What a select offers.
    pub options: Vec<String>,
    /// Where to find the value.
    pub help: String,
    /// An example.
    pub placeholder: Option<String>,
    /// A regular expression that the value must match.
    pub pattern: Option<String>,
    /// Fields of one group belong to one far side: a new address voids the
    /// group's stored secrets.
    pub url_group: Option<String>,
}

/// What a field holds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SectorSetting)]
pub struct SettingView {
    /// The field.
    pub key: String,
    /// Whether it holds a value.
    pub set: bool,
    /// The value; of a password never.
    pub value: Option<String>,
    /// When it was last written.
    #[schema(format = DateTime)]
    pub updated_at: Option<String>,
    /// By whom: `member:7`, or `system`.
    pub updated_by: Option<String>,
}

/// An agent of the sector.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SectorAgent)]
pub struct Choice {
    /// 1-54.
    pub agent_id: i64,
    /// The slug.
    pub agent_type: String,
    /// The name.
    pub name: String,
}

/// Something that is set elsewhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkedGroup {
    /// `exotel`.
    pub group: String,
    /// The heading.
    pub label: String,
    /// Where it is read and written.
    pub href: String,
    /// What is there: the names of the channels.
    pub items: Vec<String>,
}

/// What was saved.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConfigSaved {
    /// For people.
    pub message: String,
    /// The sector as it is now.
    #[serde(flatten)]
    pub config: SectorConfig,
}

/// How the far sides answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tried {
    /// Whether every far side that is set works.
    pub ok: bool,
    /// One by one; empty when nothing is set.
    pub results: Vec<super::probe::Tried>,
}

pub(super) fn line(catalogue: &Catalogue, entry: &SectorEntry, fields_set: usize, own: bool) -> SectorLine {
    SectorLine {
        sector: entry.sector,
        name: entry.name.clone(),
        about: entry.about.clone(),
        own,
        agents: catalogue.in_sector(entry.sector).count(),
        fields: entry.fields.len(),
        fields_set,
    }
}

pub(super) fn config(
    catalogue: &Catalogue,
    entry: &SectorEntry,
    states: Vec<SettingState>,
    channels: Vec<Channel>,
) -> SectorConfig {
    let agent =
        |a: &caly_core::agent::Agent| Choice { agent_id: a.id.0, agent_type: a.slug.clone(), name: a.name.clone() };
    SectorConfig {
        sector: entry.sector,
        name: entry.name.clone(),
        about: entry.about.clone(),
        fields: entry.fields.iter().map(field).collect(),
        settings: states.into_iter().map(setting).collect(),
        agents: catalogue.in_sector(entry.sector).map(agent).collect(),
        linked: vec![phones(channels)],
    }
}

/// The carrier's numbers and keys live on the channels (one shop, two numbers).
fn phones(channels: Vec<Channel>) -> LinkedGroup {
    let item = |c: Channel| c.number.map_or_else(|| c.name.clone(), |number| format!("{} ({number})", c.name));
    LinkedGroup {
        group: "exotel".into(),
        label: "Phone numbers (Exotel)".into(),
        href: "/api/channels".into(),
        items: channels.into_iter().map(item).collect(),
    }
}

fn field(f: &Field) -> FieldView {
    FieldView {
        key: f.key.clone(),
        label: f.label.clone(),
        kind: f.kind,
        required: f.required,
        options: f.options.clone(),
        help: f.help.clone(),
        placeholder: f.placeholder.clone(),
        pattern: f.pattern.clone(),
        url_group: f.url_group.clone(),
    }
}

fn setting(s: SettingState) -> SettingView {
    SettingView { key: s.field, set: s.set, value: s.value, updated_at: when(s.updated_at), updated_by: s.updated_by }
}
