//! Who acts. Every request under `/api` passes [`guard::guard`]: the route must
//! stand in the table of [`permit`], the session must be alive, and the member
//! must be active with a role that the table allows. Nothing else decides.

pub mod guard;
pub mod limits;
pub mod login;
pub mod password;
pub mod permit;
pub mod session;
