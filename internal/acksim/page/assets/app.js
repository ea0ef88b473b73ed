// Asks the simulator every second what is true, shows it, and sends what somebody does by hand.

import { element, setText } from "./element.js";
import { Card } from "./card.js";
import { drawRequests } from "./requests.js";
import { actions, count, signOf, wordOf } from "./words.js";

const every = 1000;
const at = (id) => document.getElementById(id);
const token = document.querySelector("meta[name=token]").content;
const cards = new Map();
const choice = { text: "", phase: "", active: false, offset: 0 };
let timer;
let round = 0;

async function poll() {
  clearTimeout(timer);
  const mine = ++round; // An answer to an older choice must not replace that to a newer one.
  try {
    const response = await fetch(`state?${new URLSearchParams(choice)}`);
    if (!response.ok) {
      throw new Error(await response.text());
    }
    const state = await response.json();
    if (mine === round) {
      show(state);
      connected(`Live. ${count(state.requests, "request")}`, true);
    }
  } catch {
    if (mine === round) {
      connected("The simulator has ended. This is the last state.", false);
    }
  }
  if (mine === round && !document.hidden) {
    timer = setTimeout(poll, every);
  }
}

function connected(text, live) {
  setText(at("connection"), text);
  document.body.classList.toggle("ended", !live);
  for (const button of document.querySelectorAll(".actions button")) {
    button.disabled = !live;
  }
}

function show(state) {
  choice.offset = state.offset;
  const now = Date.now();
  const shown = state.clusters.map((cluster) => {
    const card = cards.get(cluster.id) ?? new Card(cluster.id, act);
    if (card.cluster && card.cluster.phase !== cluster.phase) {
      tell(`${cluster.id}: ${wordOf(cluster.phase)}`);
    }
    cards.set(cluster.id, card);
    card.update(cluster, now);
    return card.node;
  });
  const list = at("clusters");
  if (shown.length !== list.children.length || shown.some((node, i) => node !== list.children[i])) {
    list.replaceChildren(...shown);
  }
  for (const id of cards.keys()) {
    if (!state.clusters.some((cluster) => cluster.id === id)) {
      cards.delete(id);
    }
  }
  showPhases(state);
  showPage(state);
  at("other").hidden = state.other.length === 0;
  drawRequests(at("other-requests"), state.other, true);
}

// showPhases shows how many clusters are in each phase, as a choice of one.
function showPhases(state) {
  const phases = at("phases");
  const old = new Map([...phases.children].map((button) => [button.value, button]));
  const all = state.phases.reduce((sum, one) => sum + one.count, 0);
  const wanted = [{ phase: "", count: all }, ...state.phases];
  const buttons = wanted.map((one) => {
    const button = old.get(one.phase) ?? choose(one.phase);
    button.setAttribute("aria-pressed", String(choice.phase === one.phase));
    setText(button.lastChild, String(one.count));
    return button;
  });
  if (buttons.length !== phases.children.length || buttons.some((button, i) => button !== phases.children[i])) {
    phases.replaceChildren(...buttons);
  }
}

function choose(phase) {
  const word = phase ? [element("span", { "aria-hidden": true }, `${signOf(phase)} `), wordOf(phase)] : ["all"];
  const button = element("button", { type: "button", value: phase, class: phase ? `phase-${phase}` : undefined },
    ...word, " ", element("span", { class: "count" }));
  button.addEventListener("click", () => change({ phase }));
  return button;
}

// showPage says which clusters of how many are shown.
function showPage(state) {
  const last = state.offset + state.clusters.length;
  const some = state.matching === state.total ? "" : ` ${state.matching === 1 ? "matches" : "match"}, of ${state.total}`;
  const text = last === 0 ? `No cluster matches, of ${state.total}`
    : last - state.offset === state.matching ? `${count(state.matching, "cluster")}${some}`
      : `Clusters ${state.offset + 1} to ${last} of ${state.matching}${some && ` that${some}`}`;
  setText(at("shown"), text);
  at("previous").hidden = state.offset === 0;
  at("next").hidden = last >= state.matching;
  at("previous").onclick = () => change({ offset: Math.max(0, state.offset - state.clusters.length) });
  at("next").onclick = () => change({ offset: last });
}

function change(to) {
  Object.assign(choice, { offset: 0 }, to);
  poll();
}

async function act(cluster, action) {
  try {
    const response = await fetch("act", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Acksim-Token": token },
      body: JSON.stringify({ cluster, action }),
    });
    if (!response.ok) {
      tell(`${actions[action]} was refused. ${await response.text()}`, true);
    }
  } catch {
    // The next poll says that the simulator has ended.
  }
  poll();
}

// tell says something once: to a screen reader, and to everybody if it is a refusal.
function tell(text, refused = false) {
  at("news").classList.toggle("hidden", !refused);
  setText(at("news"), text);
}

at("filter").addEventListener("submit", (event) => event.preventDefault());
at("text").addEventListener("input", () => change({ text: at("text").value }));
at("active").addEventListener("change", () => change({ active: at("active").checked }));
document.addEventListener("visibilitychange", poll);
poll();
