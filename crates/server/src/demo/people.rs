//! The demo's people: active, with a login, assigned to the agents of their
//! sector.

use super::DemoError;
use super::cast::{Company, Person};
use crate::app::Node;
use caly_core::id::{Proficiency, UserId};
use caly_core::member::MemberStatus;
use caly_core::scope::Scope;
use caly_store::{MemberPatch, NewAssignment, NewMember, NewUser};

/// How many calls a person may own at once.
const OPEN_LIMIT: i64 = 10;

/// Makes everybody of a company.
pub(super) async fn make(node: &Node, scope: &Scope, company: &Company, password: &str) -> Result<(), DemoError> {
    for person in company.people {
        make_one(node, scope, company, person, password).await?;
    }
    Ok(())
}

async fn make_one(
    node: &Node,
    scope: &Scope,
    company: &Company,
    person: &Person,
    password: &str,
) -> Result<(), DemoError> {
    let app = &node.app;
    let now = app.clock.now();
    let new = NewMember {
        team: None,
        email: person.email.into(),
        name: Some(person.name.into()),
        title: Some(person.title.into()),
        phone: Some(person.phone.into()),
        role: person.role,
        takes_calls: person.takes_calls,
        open_limit: OPEN_LIMIT,
    };
    let member = app.store.add_member(scope, new, now).await?;
    let hash = app.passwords.hash(password, app.chance.as_ref()).await.map_err(DemoError::Password)?;
    let user = NewUser {
        id: UserId(app.chance.id(now)),
        email: person.email.into(),
        name: person.name.into(),
        password_hash: hash,
    };
    let user = app.store.create_user(user, now).await?;
    app.store.attach_user(scope, member.id, user.id, now).await?;
    let patch = MemberPatch {
        status: Some(MemberStatus::Active),
        availability: Some(person.availability),
        ..MemberPatch::default()
    };
    app.store.update_member(scope, member.id, patch, None, now).await?;
    if person.takes_calls {
        let set = assignments(node, company, person);
        app.store.set_assignments(scope, member.id, set, None, now).await?;
    }
    Ok(())
}

/// Every agent of the sector, a little less well with each.
fn assignments(node: &Node, company: &Company, person: &Person) -> Vec<NewAssignment> {
    let agents = node.app.catalogue.in_sector(company.sector);
    agents
        .zip(0_i64..)
        .filter_map(|(agent, n)| {
            let proficiency = Proficiency::new((person.proficiency - 7 * n).clamp(0, 100)).ok()?;
            Some(NewAssignment { agent: agent.id, proficiency })
        })
        .collect()
}

/// Gives everybody this start's password: the demo's own, or with `--public` a
/// random one, so that no login is left with a known one.
pub(super) async fn set_password(node: &Node, company: &Company, password: &str) -> Result<(), DemoError> {
    let app = &node.app;
    for person in company.people {
        let Some(user) = app.store.user_by_email(person.email).await? else { continue };
        if app.passwords.matches(password, Some(&user.password_hash)).await.map_err(DemoError::Password)? {
            continue;
        }
        let hash = app.passwords.hash(password, app.chance.as_ref()).await.map_err(DemoError::Password)?;
        app.store.set_password(user.id, hash, app.clock.now()).await?;
    }
    Ok(())
}
