"""Development only: makes sentences of our own and what the reference package reads.

    python oracle/sentences.py 2000 7 > held_out.tsv     # count, seed
    CALY_MODELS=… CALY_G2P_HELD_OUT=held_out.tsv cargo test -p caly-local-voice --test g2p_agrees -- --ignored --nocapture

Needs `pip install hibari-tts==0.2.1`; `make g2p` does all three. Each line is: sentence, TAB, phonemes. What we
read on purpose in another way (lakh grouping, order numbers, ten-figure phones) is
not in the list; tests of ours hold that."""
import gzip, json, os, random, sys

import hibari
from hibari.g2p import G2P

ASSETS = os.path.join(os.path.dirname(hibari.__file__), "assets")
FIRST = "Asha Ravi Meera Arjun Priya Kabir Neha Vikram Fatima John Mary Deepak Lakshmi Sanjay Olivia Farhan Gurpreet Chloe Rohit Ananya".split()
LAST = "Rao Iyer Sharma Khan Smith Patel Fernandes Gupta Nair Johnson Banerjee Singh Kulkarni Brown Reddy D'Souza O'Brien Chatterjee".split()
PLACE = "Bengaluru Mumbai Pune Chennai Indiranagar Koramangala Delhi Hyderabad London Boston Whitefield Jaipur Kochi Lucknow Andheri".split()
THING = ["blue kettle", "phone case", "pair of shoes", "washing machine", "gift card", "laptop charger", "winter coat", "USB cable",
         "water filter", "2-seater sofa", "T-shirt", "wi-fi router", "battery pack", "iPhone 15", "LED lamp", "men's watch"]
DOC = ["dermatologist", "dentist", "cardiologist", "general physician", "ENT specialist", "paediatrician", "eye doctor"]
DAY = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday today tomorrow".split()
MONTH = "January February March April May June July August September October November December Jan. Feb Sept. Oct. Dec".split()
VERB = "check confirm cancel change return track repair replace refund deliver record present use read live close".split()
ADV = "quickly really probably already usually never just still carefully simply".split()
ADJ = "late early broken wrong missing live close perfect used separate elaborate available damaged heavy expensive".split()
STREET = ["MG Road", "Park St.", "5th Ave.", "12th Main", "Church Street", "Ring Rd.", "Lake View Ln."]
SYL = "ka ra shi no mel tor vin ba ru zet lo pri dan qua fi gro st em ul ith ax ber".split()

TEMPLATES = [
    "Hello {first}, this is {first} from the {last} store.", "I would like to {verb} my {thing}, please.",
    "Your {thing} will arrive on {day} at {time}.", "The {thing} costs {money}, and shipping is {money}.",
    "Can you {verb} it by {day}?", "Dr. {last} is free on {date}; shall I {adv} book it?",
    "We live at {n3} {street}, {place}.", "I read your note, and I will read it again on {day}.",
    "The record shows that you used to record every {thing}.", "It's {adj}, isn't it?", "No, I didn't {verb} the {thing}.",
    "We've {adv} {verb}ed {n} items in the last {n} days.", "Please hold on, I'm {adv} checking that for you.",
    "The {doc} in {place} can see you at {time} or {time}.", "Mr. {last}'s order was {adj}, so we sent a refund of {money}.",
    "Between {time} and {time}, the line is busy.", "It weighs {n} kg and is {n}.{n} cm wide.", "About {n}% of orders are {adj}.",
    "Why is the {thing} so {adj}?", "They were {adj} to {verb} the {adj} {thing}.", "You can pay {money} now and {money} in {month0}.",
    "The {n}th of {month0} is a holiday.", "On {date}, {first} {last} called {n} times.", "I've lived in {place} since {year}.",
    "The {w} and the {w} are {adj}.", "She {adv} wanted a {w} for her {w}.", "To {w} or not to {w}, that is the {w}.",
    "{W} {w} {w}, {w} {w}.", "My name is {oov}, from {oov}.", "The brand is {oov} {oov}.", "An {w} in the {w}; a {w} by the {w}!",
    "It's open from {n}am to {n}pm.", "We ship to the U.S. and the U.K., e.g. {place}.", "Section {roman} of the policy covers {w} {w}s.",
    "What's the {w}'s {w}?", "({first} said: \"{W} the {w}!\")", "Use code {letters} at {place}.", "He {w}ed, {w}ing all the {w}s.",
    "{first} and {first} are going to {place} by the {time} train.", "Call us at 555-{n4} {day}.", "The ratio is 3/4, or roughly 0.{n3}.",
    "Temperatures of {n}°C were seen in {year}.", "That's {n},{n3} units @ {money} each.", "Email help@{oov}.com or visit www.{oov}.com today.",
    "Our {adj}-{w} {w} is {adv} {adj}.", "I'd say it's the {n2}nd {w}.", "If you'd like, we'll {verb} {n} of them for {first}'s {w}.",
    "Okay, one moment please.", "Sorry, I did not catch that; could you say it again?", "The {w} {w} {w} {w} {w} {w}.",
    "In the 1990s, {n4}s were {adj}.", "She's the one who'll {verb} the {thing}s.", "IT IS {WU}!", "We're closed on {date0}.",
    "Step {n} of {n}: press the red button.", "It was {w}-{w} and {w}.", "The {place} office is at No. {n}, {street}",
    "{first} {last}, Jr. met Prof. {last} at St. {first}'s.", "Dogs, cats & birds + {n} {w}s.", "The winds are strong; please wind the clock.",
    "I object to this object, and the desert may desert us.", "A tear, a lead pipe, and a minute detail lead to tears within minutes.",
]


def maker(seed):
    r = random.Random(seed)
    words = []
    for name in ("gold", "silver"):
        with gzip.open(os.path.join(ASSETS, f"lexicon_us_{name}.json.gz"), "rt") as f:
            words.append([w for w in json.load(f) if w.isalpha() and w.islower() and len(w) > 2])
    slot = {
        "first": lambda: r.choice(FIRST), "last": lambda: r.choice(LAST), "place": lambda: r.choice(PLACE),
        "thing": lambda: r.choice(THING), "doc": lambda: r.choice(DOC), "day": lambda: r.choice(DAY), "verb": lambda: r.choice(VERB),
        "adv": lambda: r.choice(ADV), "adj": lambda: r.choice(ADJ), "street": lambda: r.choice(STREET),
        "n": lambda: str(r.randint(1, 31)), "n2": lambda: str(r.choice([2, 22, 32])), "n3": lambda: str(r.randint(100, 999)),
        "n4": lambda: str(r.randint(1000, 9999)), "year": lambda: str(r.randint(1900, 2030)),
        "month0": lambda: r.choice(MONTH[:12]), "w": lambda: r.choice(words[0] if r.random() < 0.8 else words[1]),
        "W": lambda: r.choice(words[0]).capitalize(), "WU": lambda: r.choice(words[0]).upper(),
        "oov": lambda: "".join(r.choice(SYL) for _ in range(r.randint(2, 4))).capitalize(),
        "letters": lambda: "".join(r.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(r.randint(2, 4))),
        "roman": lambda: r.choice("I II III IV V VI IX X XII".split()),
        "time": lambda: r.choice([f"{r.randint(1, 12)}:{r.randint(0, 59):02d}", f"{r.randint(1, 12)}:{r.choice(['00', '05', '30'])} {r.choice(['am', 'PM', 'a.m.'])}",
                                  f"{r.randint(1, 12)} o'clock", f"{r.randint(1, 12)}pm"]),
        "money": lambda: r.choice([f"₹{r.randint(5, 999)}", f"Rs. {r.randint(100, 99999):,}", f"${r.randint(1, 400)}.{r.randint(0, 99):02d}", f"${r.randint(1, 9)} million",
                                   f"£{r.randint(1, 50)}", f"€{r.randint(1, 999)}.50", f"{r.randint(5, 5000)} rupees"]),
        "date": lambda: r.choice([f"{r.choice(MONTH)} {r.randint(1, 28)}", f"{r.choice(MONTH[:12])} {r.randint(1, 28)}, {r.randint(1990, 2030)}",
                                  f"{r.randint(1, 28)} {r.choice(MONTH[:12])}", f"{r.randint(1, 12)}/{r.randint(1, 28)}/20{r.randint(10, 29)}"]),
        "date0": lambda: f"20{r.randint(10, 29)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}",
    }

    def one():
        template, out = r.choice(TEMPLATES), ""
        while template:                                     # every slot is drawn afresh
            head, brace, rest = template.partition("{")
            out += head
            name, _, template = rest.partition("}") if brace else ("", "", "")
            out += slot[name]() if brace else ""
        return out

    return one


def main():
    count, seed = int(sys.argv[1]), int(sys.argv[2])
    one, read, seen = maker(seed), G2P(), set()
    while len(seen) < count:
        sentence = one()
        if sentence not in seen:
            seen.add(sentence)
            print(f"{sentence}\t{read(sentence)}")


if __name__ == "__main__":
    main()
