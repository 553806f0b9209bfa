"""Runs Schemathesis once per role against a demo of its own (see scripts/fuzz)."""

import collections
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

import requests

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
DOCUMENT = ROOT / "openapi.json"
REPORTS = ROOT / "build" / "fuzz"
SCHEMATHESIS = pathlib.Path(sys.executable).with_name("schemathesis")
CALY = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "caly"

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "logged_in",
    "closed",
]
# Calls that end with a task, and calls that a person took.
CALLS = ["no-answer", "completed"] * 15
PASSWORD = "a fuzzer reads every sentence"


class Demo:
    """`caly demo` on a free port, with data of its own."""

    def __init__(self, home):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            listen = "127.0.0.1:%d" % probe.getsockname()[1]
        env = {name: value for name, value in os.environ.items() if not name.startswith("CALY_")}
        # Our addresses are believed; without the speech pack nothing is spoken.
        env |= {"CALY_TRUSTED_PROXIES": "127.0.0.1/32", "CALY_MODELS": f"{home}/none"}
        command = [CALY, "demo", "--json", "--listen", listen, "--data", f"{home}/data"]
        if "CALY_TEST_POSTGRES" in os.environ:
            command += ["--database", os.environ["CALY_TEST_POSTGRES"] + "/postgres"]
        self.setup_link = [CALY, "setup-link", *command[5:]]
        self.env, self.home = env, home
        self.log = open(REPORTS / "server.log", "w")
        self.process = subprocess.Popen(command, cwd=home, env=env, stdout=subprocess.PIPE, stderr=self.log)
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"caly demo did not start; see {self.log.name}")
        ready = json.loads(line)
        self.base, self.clients = ready["url"], ready["clients"]
        self.calls = 0

    def ask(self, method, path, body=None, token=None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = requests.request(method, self.base + path, json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def ring(self, dialled):
        """A call on the wire whose bot is never reached; how dialling a person ends is said."""
        self.calls += 1
        urls, number = self.clients[0]["hook_urls"], self.clients[0]["number"]
        call = {"CallSid": f"fuzz{self.calls}", "CallFrom": "+919812345678", "CallTo": number, "Direction": "incoming"}
        failed = {"Stream[Status]": "failed"}
        for step, more in [
            ("voicebot", {}),
            ("after_bot", failed),
            ("connect", {}),
            ("after_connect", {"DialCallStatus": dialled}),
            ("connect", {}),
        ]:
            requests.get(urls[step], params=call | more, timeout=30, allow_redirects=False).raise_for_status()

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.stdout.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            # A rehearsed call is let end first, which takes a minute.
            self.process.kill()
            self.process.wait()
        self.log.close()


def token_of(url):
    return url.strip().split("#")[1]


def links(demo, name, owner):
    """Open links of each kind, for this role's run to use up; each kind voids its last one."""
    somebody = demo.ask("GET", "/api/teams?role=agent&status=active", None, owner)["team_members"][0]
    reset = demo.ask("POST", f"/api/teams/members/{somebody['id']}/password-reset", None, owner)
    setup = subprocess.run(demo.setup_link, cwd=demo.home, env=demo.env, capture_output=True, text=True, check=True)
    return {
        "look": invited(demo, f"{name}.look", "agent", owner)[1],
        "accept": invited(demo, f"{name}.accept", "agent", owner)[1],
        "reset": token_of(reset["url"]),
        "setup": token_of(setup.stdout),
        "password": PASSWORD,
    }


def invited(demo, name, role, owner):
    """A member and the token of his invitation."""
    ask = {"email": f"{name}@fuzz.example", "name": name.title(), "role": role}
    member = demo.ask("POST", "/api/teams/members", ask, owner)["id"]
    link = demo.ask("POST", f"/api/teams/members/{member}/invitation", None, owner)
    return member, token_of(link["url"])


def people(demo):
    """Who asks, the strongest last: made as people are, by invitation."""
    shop = demo.clients[0]
    login = {"email": shop["email"], "password": shop["password"]}
    owner = {"by": "bearer", "token": demo.ask("POST", "/api/auth/login", login)["token"], **login}
    roles = {"anonymous": {"by": "nothing"}}
    for role in ["agent", "supervisor", "manager"]:
        member, link = invited(demo, role, role, owner["token"])
        token = demo.ask("POST", "/api/invitations/accept", {"token": link, "password": PASSWORD})["token"]
        works = {"assignments": [{"agent_id": 1, "proficiency_level": 100}]}
        demo.ask("PUT", f"/api/teams/members/{member}/agents", works, owner["token"])
        roles[role] = {"by": "bearer", "token": token, "email": f"{role}@fuzz.example", "password": PASSWORD}
    key = demo.ask("POST", "/api/api-keys", {"name": "fuzz", "role": "manager"}, owner["token"])
    roles["api-key"] = {"by": "bearer", "token": key["token"]}
    roles["owner"] = owner
    return roles


def run(demo, name, role, open_links, *arguments, document=DOCUMENT):
    """One run of Schemathesis: whether it found nothing, what it said, and what was answered to what."""
    report = REPORTS / f"{name}.ndjson"
    command = [SCHEMATHESIS, "--config-file", HERE / "fuzz.toml", "run", document, "--url", demo.base]
    command += ["--checks", ",".join(CHECKS), "--report", "ndjson", "--report-ndjson-path", report, "--no-color"]
    env = {**os.environ, "FUZZ_ROLE": json.dumps(role), "FUZZ_BASE": demo.base}
    env |= {"FUZZ_LINKS": json.dumps(open_links)}
    env |= {"SCHEMATHESIS_HOOKS": "fuzz_hooks", "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1"}
    report.unlink(missing_ok=True)
    done = subprocess.run([*command, *arguments], cwd=REPORTS, env=env, capture_output=True, text=True)
    if not report.exists():
        sys.exit(f"Schemathesis did not start:\n{done.stdout}{done.stderr}")
    return done.returncode == 0, done.stdout + done.stderr, answers(report)


def answers(report):
    """By operation, how often each status was answered."""
    counted = collections.defaultdict(collections.Counter)
    for line in report.open():
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for name, interaction in recorder.get("interactions", {}).items():
            case = recorder["cases"][name]["value"]
            status = (interaction.get("response") or {}).get("status_code")
            counted[f"{case['method']} {case['path']}"][status] += 1
    return counted


def main():
    if not CALY.exists():
        sys.exit(f"{CALY} is not there; run make build")
    REPORTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="caly-fuzz-") as home:
        demo = Demo(home)
        try:
            good = all_roles(demo)
        finally:
            demo.close()
    sys.exit(0 if good else 1)


def all_roles(demo):
    good = True
    roles = people(demo)
    # Before managers come and change the line.
    for dialled in CALLS:
        demo.ring(dialled)
    for name, role in roles.items():
        begun = time.monotonic()
        open_links = links(demo, name, roles["owner"]["token"])
        clean, said, counted = run(demo, name, role, open_links, *sys.argv[1:])
        cases = sum(count.total() for count in counted.values())
        done = sum(any(200 <= (s or 0) < 300 for s in count) for count in counted.values())
        print(f"  {name:<12} {cases:>6} cases, {done:>3} operations done, {time.monotonic() - begun:>4.0f} s")
        if not clean:
            print(said)
        good &= clean
    return good


if __name__ == "__main__":
    main()
