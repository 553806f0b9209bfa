//! The ports through which agents do real work. The mind names what it wants,
//! the server does it with the client's own credentials, under the client's
//! scope, and answers with what is true.

use crate::id::{AppointmentId, DoctorId};
use crate::time::{At, Day};

/// What an agent may ask for. Writes run only after the caller confirmed, with the call's id as their idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolCall {
    /// Finds an order by its exact name, "#1024".
    FindOrder {
        /// The name with its leading `#`.
        name: String,
    },
    /// The line items of an order that can be returned.
    FindReturnable {
        /// The shop's order id.
        order_id: String,
    },
    /// Requests a return: stored intent, look for an existing one, then write.
    RequestReturn {
        /// The shop's order id.
        order_id: String,
        /// The order's name, for the task on a time-out.
        order_name: String,
        /// The fulfilment line item to return.
        line_item_id: String,
        /// The item's title, for people.
        title: String,
        /// Why, in the caller's words.
        reason: String,
    },
    /// Doctors of the clinic.
    ListDoctors,
    /// Free slots from `from` on, at most `limit`, of one doctor or of any.
    FreeSlots {
        /// One doctor, or any.
        doctor: Option<DoctorId>,
        /// First local day that is looked at.
        from: Option<Day>,
        /// Earliest minute of the day that suits the caller.
        after_minute: Option<i64>,
        /// How many to offer.
        limit: usize,
    },
    /// Books a slot.
    Book {
        /// The doctor.
        doctor: DoctorId,
        /// When it starts.
        starts_at: At,
        /// For whom.
        patient: String,
    },
    /// Finds a booking by its own number, or by name with date and time.
    FindBooking {
        /// The booking's own number.
        number: Option<AppointmentId>,
        /// The patient's name, with `starts_at`.
        patient: Option<String>,
        /// When it starts, with `patient`.
        starts_at: Option<At>,
    },
    /// Moves a booking in one transaction.
    Move {
        /// The booking.
        number: AppointmentId,
        /// The new start.
        starts_at: At,
        /// The new doctor, when it changes.
        doctor: DoctorId,
    },
    /// Cancels a booking.
    Cancel {
        /// The booking.
        number: AppointmentId,
    },
}

impl ToolCall {
    /// Its name in facts and on screens.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::FindOrder { .. } => "find_order",
            Self::FindReturnable { .. } => "find_returnable",
            Self::RequestReturn { .. } => "request_return",
            Self::ListDoctors => "list_doctors",
            Self::FreeSlots { .. } => "free_slots",
            Self::Book { .. } => "book",
            Self::FindBooking { .. } => "find_booking",
            Self::Move { .. } => "move",
            Self::Cancel { .. } => "cancel",
        }
    }

    /// Whether the tool changes anything outside the call.
    #[must_use]
    pub fn writes(&self) -> bool {
        matches!(self, Self::RequestReturn { .. } | Self::Book { .. } | Self::Move { .. } | Self::Cancel { .. })
    }
}

/// What a tool answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolResult {
    /// The order, or none of that name.
    Order(Option<Order>),
    /// What can be returned, and what was already asked for.
    Returnable {
        /// Items that can be returned.
        items: Vec<LineItem>,
        /// Whether a return stands already on this order.
        open_return: bool,
    },
    /// The return was requested, or stood already.
    ReturnRequested {
        /// The shop's name of the return, such as "#1024-R1".
        name: String,
        /// It had been requested before this call.
        existed: bool,
    },
    /// Doctors.
    Doctors(Vec<Doctor>),
    /// Free slots, earliest first.
    Slots(Vec<Slot>),
    /// A booking was made, moved, found or cancelled.
    Booking(Option<Booking>),
    /// The slot was taken in the meantime.
    SlotTaken,
    /// The client has no such connector or no credentials for it.
    NotConnected,
    /// The far side refused, in its own words (`userErrors`).
    Refused(String),
    /// The far side did not answer in time or answered nonsense. A write that
    /// timed out is never repeated: it becomes a task.
    Unavailable {
        /// Whether a task for a person was made of it.
        task_made: bool,
    },
}

/// An order of the client's shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The shop's id.
    pub id: String,
    /// Its name, "#1024".
    pub name: String,
    /// Phones of the order and its customer, E.164.
    pub phones: Vec<String>,
    /// Where it stands.
    pub state: OrderState,
    /// Carrier's name and tracking number, when shipped.
    pub tracking: Option<(String, String)>,
    /// Expected or actual day of delivery.
    pub delivery: Option<Day>,
    /// Titles of what was ordered.
    pub items: Vec<String>,
}

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderState {
    /// Paid or not, nothing has left yet.
    Processing,
    /// Some of it has left.
    PartlyShipped,
    /// On its way.
    Shipped,
    /// Delivered.
    Delivered,
    /// Cancelled.
    Cancelled,
    /// Money went back.
    Refunded,
}

/// A line that can be returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineItem {
    /// The fulfilment line item's id in the shop.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How many can be returned.
    pub quantity: u32,
}

/// A doctor of the clinic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doctor {
    /// The id.
    pub id: DoctorId,
    /// Name as spoken, "Doctor Rao".
    pub name: String,
    /// Speciality.
    pub speciality: String,
}

/// A free slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// The doctor.
    pub doctor: Doctor,
    /// When it starts.
    pub starts_at: At,
    /// Local day.
    pub day: Day,
    /// Local minute of the day.
    pub minute: i64,
}

/// A booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// Its own number.
    pub number: AppointmentId,
    /// The patient.
    pub patient: String,
    /// Who rang when it was booked, E.164; none where nobody did.
    pub phone: Option<String>,
    /// The slot.
    pub slot: Slot,
    /// Whether it was cancelled.
    pub cancelled: bool,
}
