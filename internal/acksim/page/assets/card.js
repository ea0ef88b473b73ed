// One cluster: its name and phase, what can be done by hand, its timeline and its requests.

import { element, setText } from "./element.js";
import { actions, clock, count, signOf, wordOf } from "./words.js";
import { drawSteps } from "./steps.js";
import { drawRequests } from "./requests.js";

export class Card {
  constructor(id, act) {
    this.act = act;
    this.sign = element("span", { "aria-hidden": true });
    this.word = element("span");
    this.title = element("h2", {}, id);
    this.name = element("span", { class: "name" });
    this.buttons = element("div", { class: "actions", role: "group", "aria-label": `Actions for ${id}` });
    this.facts = element("p", { class: "facts" });
    this.steps = element("ol", { class: "steps", "aria-label": `Timeline of ${id}` });
    this.summary = element("summary");
    this.table = element("div", { class: "requests" });
    this.details = element("details", {}, this.summary, this.table);
    this.node = element("article", { class: "cluster", "aria-label": `Cluster ${id}`, "data-cluster": id },
      element("div", { class: "head" }, this.title, this.name,
        element("span", { class: "badge" }, this.sign, this.word), this.buttons),
      this.facts, this.steps, this.details);
    this.details.addEventListener("toggle", () => this.drawTable());
  }

  // update shows what is true of the cluster now.
  update(cluster, now) {
    const text = JSON.stringify(cluster);
    this.cluster = cluster;
    if (text !== this.text) {
      this.text = text;
      this.node.className = `cluster phase-${cluster.phase}`;
      setText(this.sign, signOf(cluster.phase));
      setText(this.word, wordOf(cluster.phase));
      setText(this.name, cluster.name ?? "");
      setText(this.facts, sayFacts(cluster));
      setText(this.summary, sayRequests(cluster));
      this.drawButtons(cluster);
      this.drawTable();
    }
    drawSteps(this.steps, cluster, now); // It goes on with the time.
  }

  drawTable() {
    if (this.details.open && this.cluster) {
      drawRequests(this.table, this.cluster.requests, false);
    }
  }

  drawButtons(cluster) {
    const hadFocus = this.buttons.contains(document.activeElement);
    const old = new Map([...this.buttons.children].map((button) => [button.value, button]));
    this.buttons.replaceChildren(...cluster.actions.map((action) => old.get(action) ?? this.button(action)));
    if (hadFocus && !this.buttons.contains(document.activeElement)) {
      this.buttons.firstChild?.focus(); // The button that was used has gone.
    }
  }

  button(action) {
    const word = actions[action] ?? action;
    const made = element("button", { type: "button", value: action, "aria-label": `${word}: ${this.title.textContent}` }, word);
    made.addEventListener("click", () => this.act(this.title.textContent, action));
    return made;
  }
}

function sayFacts(cluster) {
  const version = cluster.version && (cluster.next ? `${cluster.version} → ${cluster.next}` : cluster.version);
  return [
    version && `version ${version}`, cluster.state && `state ${cluster.state}`, cluster.region,
    cluster.planned && `an upgrade is planned for ${clock(cluster.planned)}`, cluster.message || cluster.about,
  ].filter(Boolean).join(" · ");
}

function sayRequests(cluster) {
  const last = cluster.requests.at(-1);
  if (!last) {
    return "No requests yet";
  }
  const response = [last.status || "no response", last.code, last.fault && `(${last.fault})`].filter(Boolean).join(" ");
  return `${count(cluster.requestCount, "request")}. The last at ${clock(last.time)}: ${last.operation || "no operation"}, ${response}`;
}
