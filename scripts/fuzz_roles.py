"""Runs Schemathesis once per role against a demo of its own (see scripts/fuzz)."""

import collections
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

import requests

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
DOCUMENT = ROOT / "openapi.json"
OUT = ROOT / "build" / "fuzz"
SCHEMATHESIS = pathlib.Path(sys.executable).with_name("schemathesis")
CALY = (ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "debug" / "caly").resolve()

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    # Our own, in fuzz_hooks.py.
    "logged_in",
    "closed",
]
# Who asks, the strongest last, and how many operations must have done at least
# once what was asked (2xx): refusals alone would prove little.
LEAST = {"anonymous": 7, "agent": 30, "supervisor": 40, "manager": 58, "api-key": 40, "page": 25, "owner": 58}
PASSWORD = "a fuzzer reads every sentence"
# Calls that end with a task, and calls that a person took.
CALLS = ["no-answer", "completed"] * 15


class Demo:
    """`caly demo` on a free port, with data of its own."""

    def __init__(self, home):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            listen = "127.0.0.1:%d" % probe.getsockname()[1]
        self.home, self.data = home, ["--data", f"{home}/data"]
        if "CALY_TEST_POSTGRES" in os.environ:
            self.data += ["--database", os.environ["CALY_TEST_POSTGRES"] + "/postgres"]
        # The addresses that fuzz_hooks.py names are believed; nothing is spoken.
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("CALY_")}
        self.env |= {"CALY_TRUSTED_PROXIES": "127.0.0.1/32", "CALY_MODELS": f"{home}/none"}
        self.log = open(OUT / "server.log", "w")
        command = [CALY, "demo", "--json", "--listen", listen, *self.data]
        self.process = subprocess.Popen(command, cwd=home, env=self.env, stdout=subprocess.PIPE, stderr=self.log)
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"caly demo did not start; see {self.log.name}")
        ready = json.loads(line)
        self.base, self.clients, self.calls = ready["url"], ready["clients"], 0

    def ask(self, method, path, body=None, token=None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = requests.request(method, self.base + path, json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def tell(self, *command):
        """Another command of the binary on the same data."""
        return subprocess.run([CALY, *command, *self.data], cwd=self.home, env=self.env, capture_output=True, text=True)

    def ring(self, dialled):
        """A call on the wire whose bot is never reached; `dialled` is how dialling a person ends."""
        self.calls += 1
        urls, number = self.clients[0]["hook_urls"], self.clients[0]["number"]
        call = {"CallSid": f"fuzz{self.calls}", "CallFrom": "+919812345678", "CallTo": number, "Direction": "incoming"}
        steps = [
            ("voicebot", {}),
            ("after_bot", {"Stream[Status]": "failed"}),
            ("connect", {}),
            ("after_connect", {"DialCallStatus": dialled}),
            ("connect", {}),
        ]
        for step, more in steps:
            requests.get(urls[step], params=call | more, timeout=30, allow_redirects=False).raise_for_status()

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            # A rehearsed call is let end first, which takes a minute.
            self.process.kill()
            self.process.wait()
        self.log.close()


def people(demo):
    """Who asks: made as people are, by invitation."""
    shop = demo.clients[0]
    login = {"email": shop["email"], "password": shop["password"]}
    owner = {"by": "bearer", "token": demo.ask("POST", "/api/auth/login", login)["token"], **login}
    roles = {"anonymous": {"by": "nothing"}, "owner": owner, "page": {**owner, "by": "cookie"}}
    for role in ["agent", "supervisor", "manager"]:
        member, link = invited(demo, role, role, owner["token"])
        token = demo.ask("POST", "/api/invitations/accept", {"token": link, "password": PASSWORD})["token"]
        works = {"assignments": [{"agent_id": 1, "proficiency_level": 100}]}
        demo.ask("PUT", f"/api/teams/members/{member}/agents", works, owner["token"])
        roles[role] = {"by": "bearer", "token": token, "email": f"{role}@fuzz.example", "password": PASSWORD}
    key = demo.ask("POST", "/api/api-keys", {"name": "fuzz", "role": "manager"}, owner["token"])
    roles["api-key"] = {"by": "bearer", "token": key["token"]}
    return {name: roles[name] for name in LEAST}


def invited(demo, name, role, owner):
    """A member and the token of his invitation."""
    ask = {"email": f"{name}@fuzz.example", "name": name.title(), "role": role}
    member = demo.ask("POST", "/api/teams/members", ask, owner)["id"]
    link = demo.ask("POST", f"/api/teams/members/{member}/invitation", None, owner)
    return member, token_of(link["url"])


def token_of(url):
    return url.strip().split("#")[1]


def links(demo, name, owner):
    """Open links of each kind, for this role's run to use up; a newer one voids the one before."""
    somebody = demo.ask("GET", "/api/teams?role=agent&status=active", None, owner)["team_members"][0]
    reset = demo.ask("POST", f"/api/teams/members/{somebody['id']}/password-reset", None, owner)
    return {
        "look": invited(demo, f"{name}.look", "agent", owner)[1],
        "accept": invited(demo, f"{name}.accept", "agent", owner)[1],
        "reset": token_of(reset["url"]),
        "setup": token_of(demo.tell("setup-link").stdout),
        "password": PASSWORD,
    }


def run(demo, name, role, open_links, *arguments, document=DOCUMENT):
    """One run of Schemathesis: whether it found nothing, what it said, what was answered to what."""
    report = OUT / f"{name}.ndjson"
    report.unlink(missing_ok=True)
    command = [SCHEMATHESIS, "--config-file", HERE / "fuzz.toml", "run", document, "--url", demo.base]
    command += ["--checks", ",".join(CHECKS), "--report", "ndjson", "--report-ndjson-path", report, "--no-color"]
    told = {"FUZZ_ROLE": role, "FUZZ_LINKS": open_links, "FUZZ_BASE": demo.base}
    env = {**os.environ, **{key: json.dumps(value) for key, value in told.items()}}
    env |= {"SCHEMATHESIS_HOOKS": "fuzz_hooks", "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([*command, *arguments], cwd=OUT, env=env, capture_output=True, text=True)
    if not report.exists():
        sys.exit(f"Schemathesis did not start:\n{done.stdout}{done.stderr}")
    return done.returncode == 0, done.stdout + done.stderr, answers(report)


def answers(report):
    """By operation, how often each status was answered."""
    counted = collections.defaultdict(collections.Counter)
    with report.open() as lines:
        for line in lines:
            recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
            for name, interaction in recorder.get("interactions", {}).items():
                case = recorder["cases"][name]["value"]
                # None: no answer came.
                status = (interaction.get("response") or {}).get("status_code")
                counted[f"{case['method']} {case['path']}"][status] += 1
    return counted


def one_role(demo, name, role, owner, arguments):
    begun = time.monotonic()
    clean, said, counted = run(demo, name, role, links(demo, name, owner), *arguments)
    cases = sum(count.total() for count in counted.values())
    done = sum(any(200 <= (status or 0) < 300 for status in count) for count in counted.values())
    print(f"  {name:<10} {cases:>5} cases, {done:>2} operations done, {time.monotonic() - begun:>3.0f} s", flush=True)
    if not clean:
        print(said)
    if done < LEAST[name]:
        print(f"  {name}: at least {LEAST[name]} operations should have been done; was it shut out?")
    return clean and done >= LEAST[name]


def control(demo, owner):
    """The same against a document that lacks one status which the server answers: it must be noticed."""
    document = json.loads(DOCUMENT.read_text())
    del document["paths"]["/api/teams/members/{id}"]["get"]["responses"]["404"]
    poorer = OUT / "control.json"
    poorer.write_text(json.dumps(document))
    only = ["--include-operation-id", "read_member", "--phases", "coverage,fuzzing"]
    clean, said, _ = run(demo, "control", owner, {}, *only, document=poorer)
    noticed = not clean and "Undocumented status code" in said and "Received: 404" in said
    print(f"  control    a document without one status: {'noticed' if noticed else 'NOT NOTICED'}")
    if not noticed:
        print(said)
    return noticed


def main():
    if not CALY.exists():
        sys.exit(f"{CALY} is not there; run make build")
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="caly-fuzz-") as home:
        demo = Demo(home)
        try:
            good = every_role(demo, sys.argv[1:])
        finally:
            demo.close()
        verified = demo.tell("verify")
        print(f"  verify     {verified.stdout.strip().splitlines()[-1] if verified.stdout else verified.stderr}")
    sys.exit(0 if good and verified.returncode == 0 else 1)


def every_role(demo, arguments):
    """All of them, whatever the first ones find; `--only ROLE` is one, the rest goes to Schemathesis."""
    only = arguments[1:2] if arguments[:1] == ["--only"] else []
    print(f"Schemathesis over the API, on {'PostgreSQL' if len(demo.data) > 2 else 'SQLite'}")
    roles = people(demo)
    # Before managers come and change the line.
    for dialled in CALLS:
        demo.ring(dialled)
    owner = roles["owner"]
    good = control(demo, owner)
    for name in only or roles:
        good &= one_role(demo, name, roles[name], owner["token"], arguments[2 * len(only) :])
    return good


if __name__ == "__main__":
    main()
