//! Words that mean the same in any sector, English and romanised Hindi. A
//! word keeps its own feature beside that of its concept: these are the
//! languages' knowledge, not any sector's.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// The concept of a word, if it has one. A word of several belongs to the first.
pub(super) fn concept(word: &str) -> Option<&'static str> {
    static BY_WORD: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
        // Of equal keys a map keeps the last: the first concept goes in last.
        CONCEPTS.iter().rev().flat_map(|(name, words)| words.split(' ').map(move |word| (word, *name))).collect()
    });
    let of = |w: &str| BY_WORD.get(w).copied();
    of(word).or_else(|| {
        ["s", "es", "ed", "d", "ing"].iter().find_map(|e| word.strip_suffix(e).filter(|w| w.len() > 2).and_then(of))
    })
}

/// Whether a word says little about what is wanted.
pub(super) fn little(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| LITTLE.split_ascii_whitespace().collect());
    WORDS.contains(word)
}

const LITTLE: &str = "i me my mine we us our ours you your yours he him his she her it its they them their the a an \
    this that these those is am are was were be been being do does did done has have had having to for of in on at by \
    from with and or but so as if then there here can could would will shall should may might must please kindly just \
    only also too very really now any some all one get got give let want need like know tell say said want would i'm sir \
    madam ji hai hain tha thi the hoon ho ka ki ke ko se mein me par pe aur ya bhi to na kya mera meri mere mujhe hume \
    humko aap aapka aapki aapke apna apni apne kar karo karna karni karne kiya karta raha rahi rahe gaya gayi gaye hua \
    hui yeh woh ek koi kuch liye dijiye do de dena lo le chahiye chahta sakta sakte hello hi okay well sort kind up out";

/// Each name with its words.
const CONCEPTS: &[(&str, &str)] = &[
    ("when", "when kab date day timing time timings hour hours samay baje schedule"),
    ("where", "where kahan kaha located location address pata directions map place landmark"),
    (
        "much",
        "much kitna kitne kitni price prices cost rate rates charge charges fee fees tariff daam kharcha amount expensive quotation estimate",
    ),
    ("how", "how kaise process procedure steps way method"),
    ("why", "why kyun kyu kyon reason"),
    ("who", "who whom kaun"),
    ("money", "money paisa paise rupee rupees cash amount funds rakam"),
    ("pay", "pay paid payment payments bhugtan upi wallet"),
    ("send", "send sent mail email whatsapp post share bhej bhejo bhejiye forward courier"),
    ("bring", "bring deliver delivery drop lao"),
    ("lost", "lost lose missing misplaced misplace gum kho khoya forgot bhool bhul chhoot left behind dropped"),
    ("stolen", "stole stolen theft steal chori robbed thief snatched"),
    ("cancel", "cancel cancelled cancellation radd withdraw drop call off undo"),
    ("stop", "stop band close closed closure shut end discontinue disable deactivate block freeze lock rok rokna"),
    (
        "change",
        "change update modify edit correct badal badalna badlo different another shift move replace swap instead amend",
    ),
    ("later", "later postpone delay reschedule push extend baad aage late next"),
    ("wrong", "wrong incorrect galat mistake error mismatch spelling mistyped"),
    (
        "broken",
        "broken break damage damaged fault faulty kharab leak leaking leakage crack cracked dead stuck choked blocked clogged burst tut toot repair fix defective",
    ),
    ("fail", "fail failed failing declined decline rejected reject unsuccessful refuse refused denied"),
    ("wait", "pending process processing waiting stuck atak due review"),
    ("status", "status update progress happened where track tracking stage"),
    ("refund", "refund refunded return returned reverse reversal wapas back reimburse reimbursement lauta"),
    ("twice", "twice double duplicate two times dobaar again dafa"),
    ("more", "more extra additional higher excess zyada overcharged too"),
    ("new", "new naya nayi fresh first another"),
    ("book", "book booking reserve reservation schedule arrange fix"),
    ("visit", "visit come see look show dekhna dekhne dikha milna meet"),
    ("food", "food khana eat meal dinner lunch breakfast nashta dish dishes snack buffet menu"),
    ("room", "room rooms kamra kamre suite"),
    ("house", "house home ghar makan flat apartment villa residence"),
    ("land", "land plot zameen"),
    ("rent", "rent rental kiraya kiraye lease tenant kirayedar"),
    ("sell", "sell sale bechna bikwa buyer"),
    ("buy", "buy purchase kharidna kharid"),
    ("car", "car cab taxi gaadi vehicle auto bus shuttle pickup driver rickshaw transport"),
    (
        "medicine",
        "medicine medicines dawai goli tablet tablets syrup injection drug pill capsule dose ointment inhaler",
    ),
    ("doctor", "doctor doctors physician specialist surgeon daktar"),
    ("test", "test tests jaanch checkup check scan xray sample blood khoon lab"),
    ("result", "report reports result results"),
    ("ill", "ill sick fever pain bimar unwell hurt bleed bleeding unconscious faint"),
    ("child", "child baby kid kids children son daughter bachcha bachche bachchi newborn infant"),
    ("insurance", "insurance insurer mediclaim bima policy cashless tpa"),
    ("loan", "loan loans karza finance borrow lend"),
    ("emi", "emi instalment instalments installment kist kisht"),
    ("account", "account khata khate"),
    ("card", "card cards"),
    ("bill", "bill bills invoice receipt raseed folio gst"),
    ("paper", "paper papers document documents kagaz certificate proof form forms id letter"),
    ("copy", "copy duplicate print printed"),
    ("name", "name naam"),
    ("number", "number phone mobile"),
    ("login", "login log sign password otp app application website net"),
    ("code", "code coupon voucher promo offer discount cashback"),
    ("stock", "stock available availability left milega milegi mil uplabdh"),
    ("size", "size sizes small medium large fit measurement measurements"),
    ("color", "colour color red blue green black white pink rang"),
    ("gift", "gift present birthday anniversary surprise"),
    (
        "complain",
        "complain complaint shikayat grievance unhappy disappointed rude bad worst behaviour feedback angry upset harass",
    ),
    ("message", "message sandesh callback note"),
    ("call", "call ring phone phoned rang"),
    ("machine", "robot machine computer bot recording recorded automatic ai"),
    ("fire", "fire aag smoke gas flames sparks"),
    ("lift", "lift elevator trapped stuck"),
    ("water", "water paani pani tap nal pipe"),
    ("power", "electricity bijli light power current batti"),
    ("clean", "clean cleaning safai saaf dirty ganda gandi housekeeping"),
    ("fraud", "fraud cheated thagi hacked unauthorised scam hacker phishing"),
    ("apply", "apply application applied register registration enrol join"),
    ("open", "open start khulwana kholna khol activate chalu begin"),
    ("job", "job vacancy hiring naukri career"),
    ("points", "points rewards reward loyalty"),
    ("people", "people persons guests guest log person"),
    ("early", "early subah morning dawn"),
    ("night", "night evening raat shaam sham tonight"),
    ("marriage", "marriage wedding shaadi engagement sagai reception"),
    ("party", "party function event celebration"),
    ("company", "company office firm business corporate staff employees daftar"),
    ("help", "help madad assist suggest recommend advice advise"),
    ("urgent", "urgent emergency turant jaldi immediately ambulance"),
    ("eligible", "eligible eligibility qualify layak allowed"),
    ("long", "long days time kitne weeks months"),
    ("internet", "internet wifi wi network broadband net"),
    ("speed", "slow speed buffering"),
    ("school", "school college class course university padhai"),
    ("exam", "exam exams paper test pariksha"),
    ("parcel", "parcel package packet shipment consignment courier order"),
    ("tomorrow", "tomorrow kal parso today aaj monday tuesday wednesday thursday friday saturday sunday weekend"),
    ("wake", "wake utha uthana jaga jagana alarm"),
    ("deposit", "deposit advance security token"),
    ("limit", "limit maximum minimum"),
    ("points", "points membership member"),
    ("interest", "interest percent"),
];
