// One plain page: it proves the API and its live stream, and goes away with
// the real app. Every text is set as text, never as markup.
const $ = (id) => document.getElementById(id);
const headers = { "content-type": "application/json", "x-caly-client": "web" };
let stream, members = new Map(), live = new Map(), agents = new Map(), ticking;

async function api(path, options = {}) {
  const answer = await fetch(path, { headers, ...options });
  const body = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw Object.assign(new Error(body?.detail ?? `The server answered ${answer.status}.`), { status: answer.status });
  return body;
}

function el(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children.filter((c) => c !== null && c !== undefined));
  return node;
}

const name = (id) => (id ? (members.get(id)?.name ?? `Member ${id}`) : "Nobody (no one was eligible)");
const agent = (id) => agents.get(id)?.name ?? `Agent ${id}`;
const words = (s) => (s ?? "").replaceAll("_", " ");
const clock = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;

function show(which) {
  $("login").hidden = which !== "login";
  $("board").hidden = which !== "board";
  $("logout").hidden = which !== "board";
  $("chip").hidden = which !== "board";
  if (which === "login") $("email").focus();
}

async function start() {
  try {
    const me = await api("/api/auth/me");
    $("client").textContent = me.client?.name ?? me.user?.email ?? "";
    agents = new Map((await api("/api/agents")).agents.map((a) => [a.agent_id ?? a.id, a]));
    const { notice } = await api("/health");
    $("notice").hidden = !notice;
    $("notice").textContent = notice ?? "";
    await refresh();
    show("board");
    connect();
  } catch (e) {
    if (e.status !== 401) $("login-error").textContent = e.message;
    show("login");
  }
}

async function refresh() {
  await team();
  const { calls } = await api("/api/calls?limit=60");
  live = new Map();
  for (const c of calls.filter((c) => c.state !== "ended")) {
    const full = await api(`/api/calls/${c.id}`);
    live.set(c.id, { ...c, turns: full.transcript ?? [] });
  }
  drawLive();
  drawRecent(calls);
}

async function team(moved) {
  const list = await api("/api/teams?limit=200");
  members = new Map(list.team_members.map((m) => [m.id, m]));
  drawTeam(list.team_members, moved);
}

function drawTeam(list, moved) {
  if (!list.length) return $("team").replaceChildren(el("p", { className: "empty", textContent: "No members yet. Add the first with POST /api/teams/members." }));
  const head = ["Member", "Score", "This week", "Calls", "Success", "Rating", "Handling"];
  const rows = list.map((m) => {
    const shown = m.performance_score === null ? "No calls yet" : m.performance_score.toFixed(1);
    const badge = el("span", { className: `badge ${m.score.band ?? ""} ${m.score.provisional ? "provisional" : ""}`, textContent: shown });
    if (m.score.provisional && m.performance_score !== null) badge.title = "Provisional: fewer than 30 known outcomes";
    return el("tr", { className: m.id === moved ? "moved" : "" },
      el("td", {}, m.name, " ", el("span", { className: "quiet", textContent: m.takes_calls === false ? "takes no calls" : m.availability })),
      el("td", {}, badge),
      ...[m.calls_this_week, m.calls_total, m.success_rate === null ? "–" : `${m.success_rate.toFixed(1)} %`,
        m.avg_rating === null ? "–" : m.avg_rating.toFixed(1), m.avg_handling_time === null ? "–" : `${m.avg_handling_time.toFixed(0)} s`]
        .map((v) => el("td", { className: "num", textContent: v })));
  });
  $("team").replaceChildren(el("table", {},
    el("thead", {}, el("tr", {}, ...head.map((h, i) => el("th", { textContent: h, scope: "col", className: i > 1 ? "num" : "" })))),
    el("tbody", {}, ...rows)));
}

function drawLive() {
  $("live-count").textContent = live.size;
  if (!live.size) return $("live").replaceChildren(el("p", { className: "card empty", textContent: "No call right now. A new one appears here by itself." }));
  $("live").replaceChildren(...[...live.values()].map((c) => {
    const talk = el("div", { className: "talk", role: "log", tabIndex: 0, ariaLabel: "Transcript" },
      ...c.turns.map((t) => el("p", {}, el("b", { textContent: t.speaker }), t.text)));
    const card = el("article", { className: "card" },
      el("div", { className: "row" }, el("strong", { textContent: c.caller_number ?? "Number withheld" }),
        el("span", { textContent: agent(c.agent_id ?? c.entry_agent_id) }),
        el("span", { className: "quiet grow", textContent: `Owner: ${name(c.owner_id)}` }),
        c.escalated ? el("span", { className: "badge fair", textContent: "a person is asked for" }) : null,
        el("span", { className: "badge", textContent: clock(Date.now() - Date.parse(c.started_at)) })),
      talk);
    queueMicrotask(() => { talk.scrollTop = talk.scrollHeight; });
    return card;
  }));
}

function drawRecent(all) {
  const calls = all.filter((c) => c.state === "ended").slice(0, 8);
  if (!calls.length) return $("recent").replaceChildren(el("p", { className: "card empty", textContent: "No finished call yet." }));
  $("recent").replaceChildren(...calls.map((c) => el("article", { className: "card row" },
    el("span", { className: `badge ${c.outcome ?? ""}`, textContent: words(c.outcome) || "no outcome" }),
    el("span", { textContent: agent(c.completing_agent_id ?? c.agent_id ?? c.entry_agent_id) }),
    el("span", { className: "grow quiet", textContent: name(c.owner_id) }),
    el("span", { className: "quiet", textContent: new Date(c.ended_at ?? c.started_at).toLocaleString() }))));
}

function connect() {
  stream?.close();
  stream = new EventSource("/api/events");
  stream.onopen = () => chip("Live", false);
  stream.onerror = async () => {
    chip("Reconnecting", true);
    if (stream.readyState === EventSource.CLOSED) {
      try { await api("/api/auth/me"); setTimeout(connect, 2000); } catch (e) { e.status === 401 ? show("login") : setTimeout(connect, 2000); }
    }
  };
  const on = (type, act) => stream.addEventListener(type, (e) => Promise.resolve(act(JSON.parse(e.data))).catch((x) => chip(x.message, true)));
  on("call.started", (e) => { live.set(e.call_id, { ...e, id: e.call_id, turns: [] }); drawLive(); });
  on("call.turn", (e) => { const c = live.get(e.call_id); if (c) { c.turns.push(...e.turns); drawLive(); } });
  on("call.agent_switched", (e) => { const c = live.get(e.call_id); if (c) { c.agent_id = e.agent_id; drawLive(); } });
  on("call.escalated", (e) => { const c = live.get(e.call_id); if (c) { c.escalated = true; drawLive(); } });
  on("call.completed", async (e) => { live.delete(e.call_id); drawLive(); drawRecent((await api("/api/calls?limit=60")).calls); });
  on("standing.changed", (e) => team(e.member_id));
  on("member.changed", (e) => team(e.member_id));
  on("reset", refresh);
  clearInterval(ticking);
  ticking = setInterval(() => { if (live.size) drawLive(); }, 1000);
}

function chip(text, away) {
  $("chip").textContent = text;
  $("chip").className = away ? "chip away" : "chip";
}

$("login").addEventListener("submit", async (e) => {
  e.preventDefault();
  $("login-error").textContent = "";
  try {
    await api("/api/auth/login", { method: "POST", body: JSON.stringify({ email: $("email").value, password: $("password").value }) });
    await start();
  } catch (x) { $("login-error").textContent = x.message; }
});
$("logout").addEventListener("click", async () => {
  stream?.close();
  await api("/api/auth/logout", { method: "POST" }).catch(() => {});
  show("login");
});
start();
