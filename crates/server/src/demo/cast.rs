//! Who plays in the demo: two clients, their people, their numbers. Every
//! name, number and address is made up.

use caly_core::member::{Availability, Role};
use caly_core::sector::Sector;

/// One client of the demo.
#[derive(Debug)]
pub struct Company {
    /// Its name.
    pub name: &'static str,
    /// Its line of business.
    pub sector: Sector,
    /// Its team's name.
    pub team: &'static str,
    /// Its phone number, E.164.
    pub number: &'static str,
    /// The agent that answers, by slug.
    pub entry_agent: &'static str,
    /// Its people, in the order of their ids from 1.
    pub people: &'static [Person],
}

/// One person.
#[derive(Debug)]
pub struct Person {
    /// Full name.
    pub name: &'static str,
    /// Login.
    pub email: &'static str,
    /// What the card says.
    pub title: &'static str,
    /// Mobile, E.164.
    pub phone: &'static str,
    /// What he may do.
    pub role: Role,
    /// Right now.
    pub availability: Availability,
    /// Whether calls are attributed to him.
    pub takes_calls: bool,
    /// Proficiency with the entry agent; the others follow near it.
    pub proficiency: i64,
    /// How likely a call of his ends well, for the made-up history.
    pub skill: f64,
}

const fn person(
    name: &'static str,
    email: &'static str,
    title: &'static str,
    phone: &'static str,
    role: Role,
    proficiency: i64,
    skill: f64,
) -> Person {
    Person {
        name,
        email,
        title,
        phone,
        role,
        availability: Availability::Available,
        takes_calls: true,
        proficiency,
        skill,
    }
}

const fn owner(name: &'static str, email: &'static str, phone: &'static str) -> Person {
    Person {
        name,
        email,
        title: "Owner",
        phone,
        role: Role::Owner,
        availability: Availability::Available,
        takes_calls: false,
        proficiency: 0,
        skill: 0.0,
    }
}

/// An online shop for handloom clothes.
pub const SHOP: Company = Company {
    name: "Kaveri Handlooms",
    sector: Sector::Ecommerce,
    team: "Customer care",
    number: "+918047491899",
    entry_agent: "front_desk",
    people: &[
        person("Asha Menon", "asha@kaveri.example", "Senior associate", "+919800000101", Role::Supervisor, 85, 0.90),
        person("Rohit Verma", "rohit@kaveri.example", "Associate", "+919800000102", Role::Member, 70, 0.82),
        person("Fatima Sheikh", "fatima@kaveri.example", "Associate", "+919800000103", Role::Member, 75, 0.86),
        person("Daniel D'Souza", "daniel@kaveri.example", "Associate", "+919800000104", Role::Member, 55, 0.70),
        person("Lakshmi Iyer", "lakshmi@kaveri.example", "Care manager", "+919800000105", Role::Manager, 90, 0.92),
        person("Harpreet Gill", "harpreet@kaveri.example", "Associate", "+919800000106", Role::Member, 60, 0.76),
        person("Nikhil Joshi", "nikhil@kaveri.example", "Trainee", "+919800000107", Role::Member, 40, 0.60),
        owner("Kavita Rao", "user@example.com", "+919800000108"),
    ],
};

/// A family clinic.
pub const CLINIC: Company = Company {
    name: "Sunrise Family Clinic",
    sector: Sector::Healthcare,
    team: "Reception",
    number: "+918047491977",
    entry_agent: "appointments",
    people: &[
        person("Meera Nair", "meera@sunrise.example", "Receptionist", "+919800000201", Role::Supervisor, 80, 0.90),
        person("Joseph Thomas", "joseph@sunrise.example", "Receptionist", "+919800000202", Role::Member, 65, 0.80),
        person("Sunita Patil", "sunita@sunrise.example", "Receptionist", "+919800000203", Role::Member, 70, 0.84),
        owner("Dr Anil Kapoor", "clinic@example.com", "+919800000204"),
    ],
};

/// A doctor of the demo clinic.
#[derive(Debug)]
pub struct Physician {
    /// As spoken.
    pub name: &'static str,
    /// Speciality.
    pub speciality: &'static str,
    /// Length of a visit, minutes.
    pub slot_minutes: i64,
    /// Monday = 1 … Saturday = 6: from and to, minutes of the day.
    pub hours: &'static [(i64, i64, i64)],
}

const MORNINGS: &[(i64, i64, i64)] =
    &[(1, 540, 780), (2, 540, 780), (3, 540, 780), (4, 540, 780), (5, 540, 780), (6, 540, 720)];
const EVENINGS: &[(i64, i64, i64)] =
    &[(1, 1020, 1200), (2, 1020, 1200), (3, 1020, 1200), (4, 1020, 1200), (5, 1020, 1200)];
const ALL_DAY: &[(i64, i64, i64)] = &[(1, 600, 1020), (2, 600, 1020), (4, 600, 1020), (5, 600, 1020)];

/// Who can be visited.
pub const PHYSICIANS: &[Physician] = &[
    Physician { name: "Doctor Kapoor", speciality: "General physician", slot_minutes: 15, hours: MORNINGS },
    Physician { name: "Doctor Sharma", speciality: "Children's doctor", slot_minutes: 20, hours: EVENINGS },
    Physician { name: "Doctor Reddy", speciality: "Skin specialist", slot_minutes: 30, hours: ALL_DAY },
];
