"""Who asks: loaded by Schemathesis, told by fuzz_roles.py through FUZZ_ROLE."""

import itertools
import json
import os

import requests
import schemathesis

ROLE = json.loads(os.environ["FUZZ_ROLE"])
BASE = json.loads(os.environ["FUZZ_BASE"])
# What nobody can guess: links that are open, a zone, a password worth something.
LINKS = json.loads(os.environ["FUZZ_LINKS"])

# One request in so many comes from the address of all the others of its kind,
# so that the limits on tries are met too; the rest come from anywhere.
SHARED = 8
_requests = itertools.count()
_turns = itertools.count()
_token = ROLE.get("token")
# One account may log in a hundred times at once: after so many, what ends
# sessions is asked with one that is over.
MOST_LOGINS = 50
OVER = {"Authorization": "Bearer over"}
_logins = 0


def address(net="10.1"):
    """The address for which our proxy, whom the server believes, says to speak."""
    n = next(_requests)
    return f"{net}.{n // 250 % 250}.{n % 250 + 1}"


def log_in():
    global _logins
    _logins += 1
    ask = {"email": ROLE["email"], "password": ROLE["password"]}
    answer = requests.post(f"{BASE}/api/auth/login", json=ask, headers={"X-Forwarded-For": address("10.2")}, timeout=30)
    answer.raise_for_status()
    return answer.json()["token"]


def alive():
    answer = requests.get(f"{BASE}/api/auth/me", headers=credentials(), timeout=30)
    return answer.status_code != 401


def open_to_all(case):
    return case.operation.definition.raw.get("security") == [{}]


def new_password():
    return f"{LINKS['password']} {next(_requests)}"


HOURS = [{"weekday": 1, "from": "09:00", "to": "12:30"}, {"weekday": 1, "from": "12:30", "to": "24:00"}]
# By operation, what of a body no generator comes by.
KNOWN = {
    "login": lambda: {"email": ROLE["email"], "password": ROLE["password"], "client_id": None},
    "change_password": lambda: {"current": ROLE["password"], "new": new_password()},
    "look": lambda: {"token": LINKS["look"]},
    "accept": lambda: {"token": LINKS["accept"], "password": new_password()},
    "use_reset": lambda: {"token": LINKS["reset"], "password": new_password()},
    "set_up": lambda: {"token": LINKS["setup"], "password": new_password(), "zone": "Asia/Kolkata"},
    # A clinic from then on, so that doctors are taken.
    "put_company": lambda: {"zone": "Europe/Paris", "language": "en-IN", "sector": "healthcare"},
    "add_doctor": lambda: {"name": f"Doctor {next(_requests)}", "slot_minutes": 15, "hours": HOURS},
    "put_doctor": lambda: {"name": f"Doctor {next(_requests)}", "slot_minutes": 20, "hours": HOURS, "rev": 1},
    "save_sector": lambda: {"config": {}},
    "make_channel": lambda: {"kind": "phone", "number": "+911140001234", "sector": None, "entry_agent_id": None},
}
LINES = {"name", "company", "reason", "speciality", "title"}
# Where ids of a path are listed: the field of the list, and of its rows.
LISTS = {
    "/api/calls/{id}/disposition": ("/api/calls?outcome=handed_over", "calls"),
    "/api/calls/{id}": ("/api/calls", "calls"),
    "/api/tasks/{id}": ("/api/tasks", "tasks"),
    "/api/channels/{id}": ("/api/channels", "channels"),
    "/api/teams/members/{id}": ("/api/teams", "team_members"),
    "/api/teams/{id}": ("/api/teams/all", "teams"),
    "/api/auth/sessions/{id}": ("/api/auth/sessions", "sessions"),
    "/api/api-keys/{id}": ("/api/api-keys", "api_keys"),
    "/api/doctors/{id}": ("/api/doctors", "doctors"),
    "/api/appointments/{id}": ("/api/appointments", "appointments"),
}


@schemathesis.hook
def map_body(context, body):
    """Every other body is made right in what would else never be."""
    if not isinstance(body, dict) or next(_turns) % 2:
        return body
    known = KNOWN.get(context.operation.definition.raw["operationId"], dict)
    lines = {name: "A line of words" for name in LINES & body.keys()}
    try:
        return {**body, **lines, **known()}
    except KeyError:
        return body


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Every other id is one that this role is shown."""
    if not path_parameters or "id" not in path_parameters or next(_turns) % 2:
        return path_parameters
    path = context.operation.path
    start = path[: path.index("{id}") + len("{id}")]
    ids = listed(*LISTS.get(path, LISTS[start]))
    return {**path_parameters, "id": ids[next(_turns) % len(ids)]} if ids else path_parameters


def listed(path, field):
    answer = requests.get(BASE + path, headers=credentials() | {"X-Forwarded-For": address("10.2")}, timeout=30)
    return [row["id"] for row in answer.json()[field]] if answer.ok else []


def credentials():
    return {"Authorization": f"Bearer {_token}"} if _token else {}


def may_end(case):
    """Whether this may end the session with which it is asked."""
    return case.operation.path.startswith("/api/auth/") and case.method.upper() != "GET"


@schemathesis.hook
def before_call(context, case, kwargs):
    # What it made up for the document's own ways to log in goes.
    case.cookies.pop("caly_session", None)
    case.headers.pop("Authorization", None)
    case.headers["X-Forwarded-For"] = address() if next(_requests) % SHARED else "10.9.9.9"
    if ROLE["by"] == "bearer":
        case.headers.update(OVER if _logins >= MOST_LOGINS and may_end(case) else credentials())
    if ROLE["by"] == "cookie":
        # As from a page of another origin: what changes something is refused.
        case.cookies["caly_session"] = _token


@schemathesis.hook
def after_call(context, case, response):
    global _token
    if may_end(case) and response.status_code < 300 and "email" in ROLE and not alive():
        if isinstance(case.body, dict) and case.operation.path == "/api/auth/password":
            ROLE["password"] = case.body["new"]
        _token = log_in()


@schemathesis.check
def logged_in(context, response, case):
    """Who is logged in is not refused as nobody: the run would see nothing else."""
    asked = ROLE["by"] != "nothing" and case.headers.get("Authorization") != OVER["Authorization"]
    if asked and response.status_code == 401 and not open_to_all(case):
        raise AssertionError("this role was locked out")


@schemathesis.check
def closed(context, response, case):
    """Without a login only what says so answers; a foreign page changes nothing."""
    done = response.status_code < 400 and not open_to_all(case)
    if done and ROLE["by"] == "nothing":
        raise AssertionError("this answers without a login")
    if done and ROLE["by"] == "cookie" and case.method.upper() not in {"GET", "HEAD", "OPTIONS"}:
        raise AssertionError("a page of another origin changed something")
