"""Who asks: loaded by Schemathesis, told by fuzz_roles.py through FUZZ_ROLE."""

import itertools
import json
import os

import requests
import schemathesis

ROLE = json.loads(os.environ["FUZZ_ROLE"])
BASE = os.environ["FUZZ_BASE"]

# One request in so many comes from the address of all the others of its kind,
# so that the limits on tries are met too; the rest come from anywhere.
SHARED = 8
_count = itertools.count()
_token = ROLE.get("token")


def address():
    """The address for which our proxy, whom the server believes, says to speak."""
    n = next(_count)
    return "10.9.9.9" if n % SHARED == 0 else f"10.1.{n // 250 % 250}.{n % 250 + 1}"


def log_in():
    ask = {"email": ROLE["email"], "password": ROLE["password"]}
    answer = requests.post(f"{BASE}/api/auth/login", json=ask, headers={"X-Forwarded-For": address()}, timeout=30)
    answer.raise_for_status()
    return answer.json()["token"]


def alive():
    answer = requests.get(f"{BASE}/api/auth/me", headers={"Authorization": f"Bearer {_token}"}, timeout=30)
    return answer.status_code != 401


def open_to_all(case):
    return case.operation.definition.raw.get("security") == [{}]


@schemathesis.hook
def before_call(context, case, kwargs):
    # What it made up for the document's own ways to log in goes.
    case.cookies.pop("caly_session", None)
    case.headers.pop("Authorization", None)
    case.headers["X-Forwarded-For"] = address()
    if ROLE["by"] == "bearer":
        case.headers["Authorization"] = f"Bearer {_token}"
    if ROLE["by"] == "cookie":
        # As from a page of another origin: what changes something is refused.
        case.cookies["caly_session"] = _token


@schemathesis.hook
def after_call(context, case, response):
    global _token
    # Of the operations that end sessions some end this one: in again.
    ends = case.operation.path.startswith("/api/auth/") and case.method.upper() != "GET" and response.status_code < 300
    if ends and "email" in ROLE and not alive():
        _token = log_in()


@schemathesis.check
def logged_in(context, response, case):
    """Who is logged in is not refused as nobody: the run would see nothing else."""
    if ROLE["by"] != "nothing" and response.status_code == 401 and not open_to_all(case):
        raise AssertionError("this role was locked out")


@schemathesis.check
def closed(context, response, case):
    """Without a login only what says so answers."""
    if ROLE["by"] == "nothing" and response.status_code < 400 and not open_to_all(case):
        raise AssertionError("this answers without a login")
