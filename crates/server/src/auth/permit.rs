//! The one table of routes × roles. A route that is not in it is refused, and
//! a test fails for a route of the OpenAPI document that it does not name.

use axum::http::Method;
use caly_core::member::Role;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone, without a login.
    Anyone,
    /// A logged-in, active member with one of these roles. What of the
    /// client's rows the role sees is said by the handler's scope.
    Roles(&'static [Role]),
}

const EVERY: Access = Access::Roles(&[Role::Owner, Role::Manager, Role::Supervisor, Role::Member]);
const LEADS: Access = Access::Roles(&[Role::Owner, Role::Manager, Role::Supervisor]);
const OWNER: Access = Access::Roles(&[Role::Owner]);
const MANAGERS: Access = Access::Roles(&[Role::Owner, Role::Manager]);

/// Method, path as the router writes it, who.
pub const TABLE: &[(Method, &str, Access)] = &[
    (Method::GET, "/health", Access::Anyone),
    (Method::GET, "/ready", Access::Anyone),
    (Method::GET, "/api/openapi.json", Access::Anyone),
    (Method::POST, "/api/auth/login", Access::Anyone),
    (Method::POST, "/api/auth/logout", EVERY),
    (Method::GET, "/api/auth/me", EVERY),
    (Method::POST, "/api/auth/password", EVERY),
    (Method::GET, "/api/auth/sessions", EVERY),
    (Method::DELETE, "/api/auth/sessions", EVERY),
    (Method::DELETE, "/api/auth/sessions/{id}", EVERY),
    (Method::GET, "/api/auth/clients", EVERY),
    (Method::POST, "/api/auth/client", EVERY),
    (Method::POST, "/api/auth/password-resets", Access::Anyone),
    (Method::POST, "/api/auth/password-resets/use", Access::Anyone),
    (Method::POST, "/api/invitations/look", Access::Anyone),
    (Method::POST, "/api/invitations/accept", Access::Anyone),
    (Method::GET, "/api/setup", Access::Anyone),
    (Method::POST, "/api/setup", Access::Anyone),
    (Method::GET, "/api/api-keys", OWNER),
    (Method::POST, "/api/api-keys", OWNER),
    (Method::DELETE, "/api/api-keys/{id}", OWNER),
    (Method::GET, "/api/teams", EVERY),
    (Method::POST, "/api/teams", MANAGERS),
    (Method::GET, "/api/teams/all", EVERY),
    (Method::PUT, "/api/teams/{id}", MANAGERS),
    (Method::DELETE, "/api/teams/{id}", MANAGERS),
    (Method::GET, "/api/teams/summary", LEADS),
    (Method::POST, "/api/teams/members", MANAGERS),
    (Method::GET, "/api/teams/members/{id}", EVERY),
    (Method::PUT, "/api/teams/members/{id}", EVERY),
    (Method::DELETE, "/api/teams/members/{id}", MANAGERS),
    (Method::POST, "/api/teams/members/{id}/invitation", MANAGERS),
    (Method::DELETE, "/api/teams/members/{id}/invitation", MANAGERS),
    (Method::POST, "/api/teams/members/{id}/password-reset", MANAGERS),
    (Method::PUT, "/api/teams/members/{id}/agents", LEADS),
    (Method::GET, "/api/teams/members/{id}/assignments", EVERY),
    (Method::GET, "/api/teams/members/{id}/performance", EVERY),
    (Method::GET, "/api/agents", EVERY),
    (Method::GET, "/api/calls", EVERY),
    (Method::GET, "/api/calls/export", LEADS),
    (Method::GET, "/api/calls/{id}", EVERY),
    (Method::GET, "/api/calls/{id}/recording", EVERY),
    (Method::PUT, "/api/calls/{id}/outcome", LEADS),
    (Method::POST, "/api/calls/{id}/disposition", EVERY),
    (Method::GET, "/api/tasks", EVERY),
    (Method::POST, "/api/tasks/{id}/claim", EVERY),
    (Method::POST, "/api/tasks/{id}/release", EVERY),
    (Method::POST, "/api/tasks/{id}/done", EVERY),
    (Method::GET, "/api/channels", LEADS),
    (Method::POST, "/api/channels", MANAGERS),
    (Method::PUT, "/api/channels/{id}", MANAGERS),
    (Method::POST, "/api/channels/{id}/rotate-key", OWNER),
    (Method::GET, "/api/channels/{id}/requests", MANAGERS),
    (Method::GET, "/api/company", LEADS),
    (Method::PUT, "/api/company", MANAGERS),
    (Method::GET, "/api/jobs", MANAGERS),
    (Method::POST, "/api/jobs/retry", MANAGERS),
    (Method::GET, "/api/rules", LEADS),
    (Method::PUT, "/api/rules", MANAGERS),
    (Method::PUT, "/api/channels/{id}/carrier", OWNER),
    (Method::GET, "/api/dashboard", LEADS),
    (Method::GET, "/api/events", EVERY),
    (Method::GET, "/api/doctors", EVERY),
    (Method::POST, "/api/doctors", MANAGERS),
    (Method::PUT, "/api/doctors/{id}", MANAGERS),
    (Method::GET, "/api/appointments", EVERY),
    (Method::POST, "/api/appointments/{id}/cancel", LEADS),
    (Method::POST, "/api/rehearsals", MANAGERS),
    (Method::POST, "/api/talks", LEADS),
    (Method::GET, "/api/audit", MANAGERS),
    (Method::GET, "/api/sector-config", EVERY),
    (Method::POST, "/api/sector-config", MANAGERS),
    (Method::GET, "/api/sector-config/{sector}", LEADS),
    (Method::POST, "/api/sector-config/{sector}/test", MANAGERS),
];

/// What makes or ends logins and keys needs a person: a stolen key must not
/// turn into a login, nor outlive its own end.
const NOT_FOR_KEYS: &[&str] = &["/api/auth/", "/api/api-keys"];

/// Whether an API key may call a route that its role may.
#[must_use]
pub fn open_to_keys(path: &str) -> bool {
    !NOT_FOR_KEYS.iter().any(|start| path.starts_with(start))
        && !path.ends_with("/invitation")
        && !path.ends_with("/password-reset")
}

/// Who may call `method` on `path`; `None` when the table does not name it.
#[must_use]
pub fn access(method: &Method, path: &str) -> Option<Access> {
    // A HEAD is a GET whose body is thrown away.
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    TABLE.iter().find(|(m, p, _)| m == method && *p == path).map(|(_, _, access)| *access)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_golden() {
        let lines: Vec<String> = TABLE
            .iter()
            .map(|(method, path, access)| {
                let who = match access {
                    Access::Anyone => "anyone".to_owned(),
                    Access::Roles(roles) => roles.iter().map(|r| r.word()).collect::<Vec<_>>().join(" "),
                };
                let persons = matches!(access, Access::Roles(_)) && !open_to_keys(path);
                let keys = if persons { " (no keys)" } else { "" };
                format!("{method:<6} {path:<40} {who}{keys}")
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn the_table_and_the_document_name_the_same_routes() {
        let document = serde_json::to_value(crate::openapi::openapi()).unwrap();
        let mut documented = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                documented.push(format!("{} {path}", method.to_uppercase()));
            }
        }
        documented.sort();
        let mut permitted: Vec<String> = TABLE.iter().map(|(m, p, _)| format!("{m} {p}")).collect();
        permitted.sort();
        assert_eq!(documented, permitted);
    }

    #[test]
    fn what_is_not_named_is_not_allowed() {
        assert_eq!(access(&Method::DELETE, "/api/teams"), None);
        assert_eq!(access(&Method::HEAD, "/health"), Some(Access::Anyone));
    }
}
