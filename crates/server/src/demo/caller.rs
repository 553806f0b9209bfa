//! Who calls in the made-up past and what he says: a name, a number or two,
//! and an answer to whatever an agent can ask. Every name and number is made
//! up.

use caly_core::agent::{Agent, Slot, SlotKind};
use caly_core::mind::Expect;
use caly_core::sector::Sector;
use caly_voice::mind::speak;
use rand::RngExt as _;
use rand_chacha::ChaCha12Rng;

/// How a caller answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// In words.
    Words(String),
    /// With keys.
    Keys(String),
    /// Not at all.
    Silence,
}

/// One made-up caller.
#[derive(Debug)]
pub(super) struct Caller {
    /// Everything that he does by chance.
    pub rng: ChaCha12Rng,
    /// His number, E.164.
    pub phone: String,
    /// The phone on his order, where it is not the one that he calls from.
    pub other_phone: String,
    name: String,
    sector: Sector,
    said_no: bool,
}

impl Caller {
    /// Somebody who calls a company of this sector.
    pub(super) fn new(mut rng: ChaCha12Rng, phone: String, sector: Sector) -> Self {
        let name = format!("{} {}", pick(&mut rng, FIRST), pick(&mut rng, LAST));
        let other_phone = format!("+9197{:08}", rng.random_range(10_000_000..99_999_999_u32));
        Self { rng, phone, other_phone, name, sector, said_no: false }
    }

    /// Who he is.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// How often something happens.
    pub(super) fn by_chance(&mut self, often: f64) -> bool {
        self.rng.random_bool(often)
    }

    /// One of the catalogue's own sentences, written as a recogniser writes.
    pub(super) fn wish(&mut self, utterances: &[String]) -> String {
        for _ in 0..6 {
            let text = pick(&mut self.rng, utterances);
            if text.split(' ').count() > 2 && is_english(text) {
                return sentence(text);
            }
        }
        utterances.first().map(|text| sentence(text)).unwrap_or_default()
    }

    /// What he says to the agent's question, which was `asked` in these words.
    pub(super) fn answer(&mut self, agent: &Agent, asked: &str, expect: &Expect) -> Answer {
        let slot = agent.slots.iter().rev().find(|s| asked.contains(&s.ask) || asked.contains(&s.again));
        let words = match expect {
            Expect::YesNo => self.yes(),
            Expect::Digits { min, max } => return self.digits(slot, *min, *max),
            Expect::Date if slot.is_some_and(|s| s.past) => self.one_of(PAST_DAYS),
            Expect::Date => self.one_of(DAYS),
            Expect::Time => self.one_of(TIMES),
            Expect::Name => self.named(&["My name is {}.", "It is {}.", "{}."]),
            Expect::Choice(most) => match slot.filter(|s| !s.options.is_empty()) {
                Some(slot) => format!("The {} one, please.", pick(&mut self.rng, &slot.options)),
                None => self.one_of(&PLACES[..usize::from(*most).clamp(1, PLACES.len())]),
            },
            Expect::Anything | Expect::Message => self.free(slot),
            Expect::Rating | Expect::Nothing => return Answer::Silence,
        };
        Answer::Words(words)
    }

    /// Now and then something was misheard.
    fn yes(&mut self) -> String {
        if !self.said_no && self.rng.random_bool(0.05) {
            self.said_no = true;
            return "No.".to_owned();
        }
        self.one_of(&["Yes.", "Yes, please.", "Yes, that is right.", "Yes, correct.", "Yeah.", "Yes, sure."])
    }

    fn digits(&mut self, slot: Option<&Slot>, min: u8, max: u8) -> Answer {
        let digits = match slot.map(|s| s.name.as_str()) {
            Some("phone_last4") => last4(&self.other_phone).to_owned(),
            Some("order_number") => self.rng.random_range(1_030..9_800_u32).to_string(),
            Some("booking_number") => self.rng.random_range(101..980_u32).to_string(),
            Some("pincode") => format!("5600{:02}", self.rng.random_range(1..99_u32)),
            _ => {
                let many = usize::from(max.min(9).max(min));
                (0..many).map(|_| char::from(b'1' + self.rng.random_range(0..9_u8))).collect()
            }
        };
        if self.rng.random_bool(0.25) {
            return Answer::Keys(format!("{digits}#"));
        }
        let lead = self.one_of(&["", "", "It is ", "Yes, it is "]);
        Answer::Words(sentence(&format!("{lead}{}", speak::spelled(&digits))))
    }

    fn free(&mut self, slot: Option<&Slot>) -> String {
        let text = slot.filter(|s| s.kind != SlotKind::Date).map_or("message", |s| s.name.as_str());
        let lines = match (text, self.sector) {
            ("product", _) => PRODUCTS,
            ("note", _) => NOTES,
            ("coupon", _) => COUPONS,
            ("reason", _) => REASONS,
            ("doctor", _) => DOCTORS,
            ("insurer", _) => INSURERS,
            ("treatment", _) => TREATMENTS,
            ("test", _) => TESTS,
            ("vaccine", _) => VACCINES,
            ("certificate", _) => CERTIFICATES,
            ("medicine", _) => MEDICINES,
            (_, Sector::Healthcare) => return self.named(CLINIC_MESSAGES),
            _ => return self.named(SHOP_MESSAGES),
        };
        self.one_of(lines)
    }

    fn one_of(&mut self, lines: &[&str]) -> String {
        pick(&mut self.rng, lines).to_string()
    }

    fn named(&mut self, lines: &[&str]) -> String {
        pick(&mut self.rng, lines).replace("{}", &self.name)
    }
}

/// The last four digits of a number.
pub(super) fn last4(phone: &str) -> &str {
    phone.get(phone.len().saturating_sub(4)..).unwrap_or_default()
}

/// One of several, each as likely.
pub(super) fn pick<'a, T>(rng: &mut ChaCha12Rng, of: &'a [T]) -> &'a T {
    &of[rng.random_range(0..of.len())]
}

/// The catalogue's words as a sentence: a capital, "I", and a mark at its end.
fn sentence(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').map(|w| if w == "i" { "I" } else { w }).collect();
    let asks = words.first().is_some_and(|w| QUESTIONS.contains(w));
    let mut text = words.join(" ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text.push(if asks { '?' } else { '.' });
    text
}

/// The catalogue knows Hindi as well, the recogniser hears English.
fn is_english(text: &str) -> bool {
    !text.split(' ').any(|w| HINDI.contains(&w))
}

const QUESTIONS: &[&str] = &[
    "where", "when", "what", "which", "who", "why", "how", "can", "could", "is", "are", "do", "does", "did", "will",
    "would", "has", "have", "should", "may", "am",
];
const HINDI: &[&str] = &[
    "aap", "aaj", "aana", "aata", "aaya", "abhi", "agle", "apna", "aur", "baat", "badal", "badalna", "batao", "batana",
    "bhai", "bhej", "bhejna", "bhejo", "bhi", "chahiye", "dawa", "dawai", "dena", "diya", "dijiye", "dobara", "ek",
    "galat", "gaya", "ghar", "hai", "hain", "hata", "ho", "hoga", "hona", "hua", "hui", "hun", "jaldi", "jana",
    "jodni", "kab", "kaha", "kahan", "kaise", "kal", "kar", "karana", "karani", "karna", "karni", "karo", "karwa",
    "karwana", "ka", "ke", "ki", "kitna", "kitne", "kitni", "ko", "koi", "kuch", "kya", "kyun", "laut", "lena", "lo",
    "mat", "mein", "mera", "mere", "meri", "mila", "mili", "milega", "milegi", "mujhe", "nahi", "nahin", "padosi",
    "paas", "paisa", "paise", "par", "parso", "pata", "pe", "phir", "rakh", "raha", "rahi", "saman", "se", "shaam",
    "subah", "tak", "tarikh", "tha", "thi", "toh", "tum", "wala", "wale", "wali", "wapas", "wapis",
];

const FIRST: &[&str] = &[
    "Ananya", "Vikram", "Priya", "Suresh", "Deepa", "Arjun", "Kavya", "Imran", "Neha", "Ramesh", "Pooja", "Sanjay",
    "Divya", "Manoj", "Aisha", "Gopal", "Swati", "Rahul", "Leela", "Mohan", "Farah", "Karthik", "Anita", "Vivek",
    "Radha", "Thomas", "Shalini", "Yusuf", "Geeta", "Nitin",
];
const LAST: &[&str] = &[
    "Sharma",
    "Reddy",
    "Nair",
    "Khan",
    "Gupta",
    "Pillai",
    "Joshi",
    "Das",
    "Mehta",
    "Rao",
    "Fernandes",
    "Singh",
    "Kulkarni",
    "Bose",
    "Hegde",
    "Patel",
    "Mathew",
    "Shetty",
    "Mishra",
    "Desai",
    "Menon",
    "Ansari",
    "Chopra",
    "Bhat",
];
const PLACES: &[&str] = &["The first one.", "The second one.", "The third one, please."];
const DAYS: &[&str] = &[
    "Tomorrow.",
    "Day after tomorrow.",
    "On Monday.",
    "On Friday, please.",
    "Next week.",
    "On Wednesday.",
    "Saturday.",
];
const PAST_DAYS: &[&str] = &["Yesterday.", "Last Friday.", "On Monday.", "Last Wednesday.", "Today."];
const TIMES: &[&str] =
    &["Around eleven.", "In the morning.", "Half past ten.", "At five in the evening.", "Four pm.", "In the evening."];
const DOCTORS: &[&str] = &[
    "Doctor Kapoor, please.",
    "Doctor Sharma.",
    "Doctor Reddy.",
    "The skin specialist.",
    "Anyone.",
    "It is for a child, so the children's doctor.",
    "Anybody who is there.",
];
/// What the shop sells.
pub(super) const ITEMS: &[&str] = &[
    "Blue cotton kurta",
    "Chanderi silk saree",
    "Block print bedsheet",
    "Ikat dupatta",
    "Khadi shirt",
    "Maheshwari saree",
    "Handloom table runner",
    "Kalamkari stole",
    "Linen trousers",
    "Jute cushion cover",
    "Pochampally bedspread",
    "Woollen shawl",
];
const PRODUCTS: &[&str] = &[
    "The blue cotton kurta in medium.",
    "The Chanderi silk saree.",
    "The block print bedsheet, king size.",
    "The ikat dupatta that is on the first page.",
    "A khadi shirt, size forty two.",
    "The woollen shawl for my mother.",
    "The Kalamkari stole in maroon.",
    "Handloom curtains, the green ones.",
    "A Maheshwari saree for a wedding.",
];
const NOTES: &[&str] = &[
    "Leave it with the security guard.",
    "Please call before coming.",
    "My neighbour in flat two zero three takes it.",
    "The entrance is behind the temple.",
    "Come after six in the evening.",
    "Give it at the reception.",
];
const COUPONS: &[&str] = &[
    "It says Diwali twenty.",
    "First order, ten percent.",
    "Welcome hundred.",
    "It came by message, festive fifteen.",
    "Buy two, get one.",
];
const REASONS: &[&str] = &[
    "It is too big.",
    "The colour is different from the picture.",
    "It is too tight at the shoulders.",
    "I ordered two by mistake.",
    "The cloth is thinner than I thought.",
    "It has a small stain at the border.",
    "The blouse piece is missing.",
    "I received another size.",
];
const SHOP_MESSAGES: &[&str] = &[
    "This is {}, please call me after six.",
    "My name is {}, and it is a bit urgent, the function is on Sunday.",
    "{} here. Please send me a message on this number.",
    "My name is {}. Call me any time today.",
    "This is {}, I have already written a mail about it.",
    "My name is {}, please call on this same number.",
    "{}. I am at work till five, please call in the evening.",
];
const CLINIC_MESSAGES: &[&str] = &[
    "This is {}, please call me after six.",
    "My name is {}, I come to Doctor Kapoor since last year.",
    "{} here, it is for my mother.",
    "My name is {}. Please call today if you can.",
    "This is {}, I am calling for my son.",
    "My name is {}, you can call on this number any time.",
    "{}. Please call my wife if I am busy.",
];
const INSURERS: &[&str] =
    &["Star Health.", "New India Assurance.", "HDFC Ergo.", "Care Health.", "Medi Assist, through my company."];
const TREATMENTS: &[&str] =
    &["A cataract operation.", "Knee replacement.", "A root canal.", "Delivery, a normal one.", "Removal of a mole."];
const TESTS: &[&str] = &[
    "The thyroid test.",
    "A full blood count.",
    "Fasting sugar.",
    "The lipid profile.",
    "Vitamin D.",
    "A urine culture.",
    "HbA1c, for sugar.",
    "The liver function test.",
];
const VACCINES: &[&str] = &["The flu shot.", "Typhoid.", "Hepatitis B.", "The MMR for my daughter.", "Tetanus."];
const CERTIFICATES: &[&str] =
    &["For leave from my office.", "For school admission.", "A fitness certificate for the gym.", "For travel."];
const MEDICINES: &[&str] = &[
    "The blood pressure tablets.",
    "Thyroxine fifty.",
    "Metformin five hundred.",
    "The cough syrup for my son.",
    "Vitamin D sachets.",
    "The eye drops that Doctor Kapoor gave.",
    "The inhaler.",
    "The skin cream from last month.",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_written_as_they_are_heard() {
        assert_eq!(sentence("where is my order"), "Where is my order?");
        assert_eq!(sentence("i think i ordered the wrong size"), "I think I ordered the wrong size.");
        assert!(is_english("the address has a mistake") && !is_english("pata galat likh diya"));
    }
}
