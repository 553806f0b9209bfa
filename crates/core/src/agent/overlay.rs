//! An operator's file over a sector of the binary: it adds fields and says
//! others in its own words. What Caly itself reads stays what it is, so that no
//! stored secret is ever shown as a plain text.

use super::check::At;
use super::{CatalogueError, Field, LinkedGroup, SectorEntry};
use crate::sector::Sector;
use serde::Deserialize;
use std::path::Path;

/// What such a file may say; a whole copy of the sector's own file reads too.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Overlay {
    /// The sector that it is laid over.
    pub(super) sector: Sector,
    name: Option<String>,
    entry_agent: Option<String>,
    about: Option<String>,
    #[serde(default)]
    fields: Vec<Field>,
    linked: Option<Vec<LinkedGroup>>,
}

impl Overlay {
    /// `ecommerce.toml` is about ecommerce.
    pub(super) fn names_its_file(&self, file: &str) -> Result<(), CatalogueError> {
        let stem = Path::new(file).file_stem().and_then(|s| s.to_str());
        At { file }.holds(stem == Some(self.sector.word()), "sector", "must be that of the file's name")
    }

    /// The sector with this over it. A field of a known key stands in that
    /// one's place; a new one stands behind its group, else behind the field
    /// before it in the file.
    pub(super) fn over(self, file: &str, base: &SectorEntry) -> Result<SectorEntry, CatalogueError> {
        let at = At { file };
        let answers = self.entry_agent.is_none_or(|slug| slug == base.entry_agent);
        at.holds(answers, "entry_agent", &format!("must stay {}", base.entry_agent))?;
        at.once("fields", self.fields.iter().map(|f| &f.key))?;
        let mut entry = base.clone();
        entry.name = self.name.unwrap_or(entry.name);
        entry.about = self.about.unwrap_or(entry.about);
        entry.linked = self.linked.unwrap_or(entry.linked);
        let mut before: Option<String> = None;
        for field in self.fields {
            let key = field.key.clone();
            match entry.fields.iter_mut().find(|f| f.key == key) {
                Some(known) => {
                    stays(&at, known, &field)?;
                    *known = field;
                }
                None => {
                    let place = place(&entry.fields, before.as_deref(), &field);
                    entry.fields.insert(place, field);
                }
            }
            before = Some(key);
        }
        Ok(entry)
    }
}

/// Agents and connections read a field by its key, as what it is.
fn stays(at: &At<'_>, known: &Field, new: &Field) -> Result<(), CatalogueError> {
    let kind = format!("must stay {}: Caly's own field of this key is that", known.kind);
    at.holds(new.kind == known.kind, &format!("fields.{}.kind", new.key), &kind)?;
    let group = known.url_group.as_deref().map_or("left out".to_owned(), |g| format!("\"{g}\""));
    let rule = format!("must stay {group}: Caly's own field of this key has it so");
    at.holds(new.url_group == known.url_group, &format!("fields.{}.url_group", new.key), &rule)
}

/// Never inside another group: a group is one section of the form.
fn place(fields: &[Field], before: Option<&str>, new: &Field) -> usize {
    let last_of = |group: &Option<String>| fields.iter().rposition(|f| f.url_group.is_some() && f.url_group == *group);
    let before = fields.iter().position(|f| Some(f.key.as_str()) == before);
    let last = last_of(&new.url_group).or_else(|| before.map(|at| last_of(&fields[at].url_group).unwrap_or(at)));
    last.map_or(fields.len(), |at| at + 1)
}

#[cfg(test)]
mod tests {
    use crate::agent::{Catalogue, FieldKind};
    use crate::sector::Sector;

    const FIELD: &str = "[[fields]]\nkey='K'\nlabel='L'\nkind='text'\nrequired=false\nhelp='H'\n";

    fn laid(sector: &str, fields: &[(&str, &str)]) -> Result<Catalogue, String> {
        let more = fields.iter().map(|(key, more)| format!("{}{more}\n", FIELD.replace('K', key)));
        let text = format!("sector='{sector}'\n{}", more.collect::<String>());
        let file = format!("/etc/caly/{sector}.toml");
        Catalogue::embedded().unwrap().with_sectors(&[(file, text)]).map_err(|e| e.to_string())
    }

    fn keys(catalogue: &Catalogue, sector: Sector) -> Vec<&str> {
        catalogue.sector(sector).unwrap().fields.iter().map(|f| f.key.as_str()).collect()
    }

    #[test]
    fn new_fields_stand_behind_what_they_belong_to_and_split_no_group() {
        let c = laid("education", &[("room", ""), ("lms_type2", ""), ("extra_key", "url_group='lms'")]).unwrap();
        let expected = ["lms_type", "lms_url", "lms_api_key", "extra_key", "institution_id", "room", "lms_type2"];
        assert_eq!(keys(&c, Sector::Education), expected);
        // Behind the address in the file, behind its whole group in the form.
        let shop = "[[fields]]\nkey='shopify_store_url'\nlabel='Shop'\nkind='text'\nrequired=true\n\
            url_group='shopify'\nhelp='H'\n";
        let text = format!("sector='ecommerce'\nname='Saris'\n{shop}{}", FIELD.replace('K', "till"));
        let files = [("x/ecommerce.toml".to_owned(), text)];
        let c = Catalogue::embedded().unwrap().with_sectors(&files).unwrap();
        assert_eq!(keys(&c, Sector::Ecommerce), ["shopify_store_url", "shopify_access_token", "till"]);
        let entry = c.sector(Sector::Ecommerce).unwrap();
        assert_eq!((entry.name.as_str(), entry.fields[0].label.as_str()), ("Saris", "Shop"));
        assert_eq!(entry.fields[1].kind, FieldKind::Password);
        assert_eq!(c.sector(Sector::Telecom), Catalogue::embedded().unwrap().sector(Sector::Telecom));
    }

    #[test]
    fn every_refusal_names_file_and_key() {
        for (sector, fields, words) in [
            ("ecommerce", [("till", "pattern='('")], "fields.till.pattern is no regular expression: unclosed group"),
            ("ecommerce", [("Till", "")], "fields.Till.key must be lower-case letters"),
            ("ecommerce", [("till", "options=['a']")], "fields.till.options must be given for a select"),
            ("ecommerce", [("till", "url_group='tills'")], "fields.till.url_group \"tills\" has no address"),
            ("ecommerce", [("till", "colour='red'")], "colour"),
            ("ecommerce", [("shopify_access_token", "")], "fields.shopify_access_token.kind must stay password"),
            ("ecommerce", [("shopify_store_url", "")], "fields.shopify_store_url.url_group must stay \"shopify\""),
        ] {
            let said = laid(sector, &fields).expect_err("must be refused");
            assert!(said.starts_with("/etc/caly/ecommerce.toml: ") && said.contains(words), "{words}: {said}");
        }
        let twice = laid("saas", &[("till", ""), ("till", "")]).unwrap_err();
        assert_eq!(twice, "/etc/caly/saas.toml: fields.till is there twice");
        let files = [("/etc/caly/telecom.toml".to_owned(), "sector='saas'".to_owned())];
        let elsewhere = Catalogue::embedded().unwrap().with_sectors(&files).unwrap_err().to_string();
        assert_eq!(elsewhere, "/etc/caly/telecom.toml: sector must be that of the file's name");
        let agent = [("saas.toml".to_owned(), "sector='saas'\nentry_agent='technical_support'".to_owned())];
        let agent = Catalogue::embedded().unwrap().with_sectors(&agent).unwrap_err().to_string();
        assert_eq!(agent, "saas.toml: entry_agent must stay front_desk");
    }

    #[test]
    fn a_copy_of_the_files_in_the_binary_changes_nothing() {
        let copies = super::super::catalogue::sectors();
        assert_eq!(Catalogue::embedded().unwrap().with_sectors(&copies).as_ref(), Catalogue::embedded().as_deref());
    }
}
