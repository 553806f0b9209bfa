//! Who acts. Every request under `/api` passes [`guard::guard`]: the route must
//! stand in the table of [`permit`], the session must be alive, and the member
//! must be active with a role that the table allows. Nothing else decides.

pub mod caller;
pub mod clients;
pub mod entry;
pub mod guard;
pub mod limits;
pub mod links;
pub mod login;
pub mod own_password;
pub mod password;
pub mod permit;
pub mod resets;
pub mod session;
pub mod sessions;
