//! The sectors that Caly serves.

use crate::member::words;
use serde::{Deserialize, Serialize};

words! {
    /// A line of business; an agent belongs to exactly one.
    Sector {
        /// Online shops.
        Ecommerce = "ecommerce",
        /// Clinics and practices.
        Healthcare = "healthcare",
        /// Property.
        Realestate = "realestate",
        /// Banking and payments.
        Fintech = "fintech",
        /// Hotels and restaurants.
        Hospitality = "hospitality",
        /// Couriers and fleets.
        Logistics = "logistics",
        /// Schools and courses.
        Education = "education",
        /// Public offices.
        Government = "government",
        /// Network operators.
        Telecom = "telecom",
        /// Software firms.
        Saas = "saas",
    }
}
