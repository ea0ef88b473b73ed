// The timeline of a cluster: its steps side by side, and below each the requests that were made in it.

import { element } from "./element.js";
import { clock, length, signOf, wordOf } from "./words.js";

// drawSteps fills a list with the steps of a cluster, as they are now.
export function drawSteps(list, cluster, now) {
  const began = cluster.steps.some((step) => step.begun);
  const items = cluster.steps.map((step, i) => {
    const index = cluster.first + i;
    const next = cluster.steps[i + 1]?.begun;
    const place = !step.begun ? "coming" : index < cluster.step ? "past" : "current";
    const [from, to] = span(step, place, next, now);
    const item = element("li", { class: `step ${place} phase-${step.phase}`, "aria-current": place === "current" ? "step" : undefined },
      element("span", { class: "what" }, element("span", { "aria-hidden": true }, signOf(step.phase) + " "), wordOf(step.phase)),
      element("span", { class: "when" }, sayWhen(step, place, next, now, cluster, began)));
    if (step.message) {
      item.title = step.message;
    }
    item.style.flexGrow = String(place === "coming" ? 2 : Math.max(2, Math.sqrt((to - from) / 1000)));
    if (place !== "coming") {
      item.append(strip(cluster.requests, index, from, to, place === "current" ? (now - from) / (to - from) : 1));
    }
    return item;
  });
  const before = cluster.first;
  if (before > 0) {
    items.unshift(element("li", { class: "more" }, `${before} before`));
  }
  const after = cluster.count - before - cluster.steps.length;
  if (after > 0) {
    items.push(element("li", { class: "more" }, `${after} more`));
  }
  list.replaceChildren(...items);
}

// span returns from when to when a step is drawn: what has passed of it or, if it is to last a time, all of that. Of a time
// that has hardly begun, only a part is drawn, or else all requests would stand at one place.
function span(step, place, next, now) {
  const passed = now - step.begun;
  const planned = step.begun + Math.min(step.for ?? 0, Math.max(60_000, 4 * passed));
  const end = place === "past" ? next : Math.max(now, planned);
  return [step.begun, Math.max(end ?? now, step.begun + 1000)];
}

function sayWhen(step, place, next, now, cluster, began) {
  if (place === "past") {
    return `${clock(step.begun)}, ${length(next - step.begun)}`;
  }
  const planned = step.polls ? `${step.polls} ${step.polls === 1 ? "poll" : "polls"}` : step.for ? length(step.for) : "stays";
  if (place === "coming" && began && isPausedByHand(cluster) && step === cluster.steps[cluster.step - cluster.first + 1]) {
    return `after Resume, ${planned}`;
  }
  if (place === "coming") {
    return began || cluster.steps[0] !== step ? `then ${planned}` : `begins with the first request, ${planned}`;
  }
  const passed = length(Math.floor((now - step.begun) / 1000) * 1000);
  if (step.polls) {
    return `${clock(step.begun)}, poll ${Math.min(cluster.polls, step.polls)} of ${step.polls}`;
  }
  const lasts = step.for && now < step.begun + step.for;
  return `${clock(step.begun)}, ${lasts ? `${passed} of ${length(step.for)}` : `for ${passed}`}`;
}

// isPausedByHand says whether the pause ends with the button alone, and the timeline then goes on.
function isPausedByHand(cluster) {
  const current = cluster.steps[cluster.step - cluster.first];
  return current.phase === "paused" && !current.for && !current.polls;
}

// strip draws a mark for each request, where its time is in the step, and how much of the step has passed. The table of
// requests says the same in words.
function strip(requests, index, from, to, passed) {
  const bar = element("span", { class: "strip", "aria-hidden": true }, element("span", { class: "passed" }));
  bar.firstChild.style.width = `${100 * Math.min(1, passed)}%`;
  for (const request of requests) {
    const inStep = request.step ? request.step === index + 1 : request.time >= from && request.time < to;
    if (inStep) {
      const mark = element("span", { class: isGood(request) ? "mark" : "mark bad" });
      mark.style.left = `${100 * Math.min(1, Math.max(0, (request.time - from) / (to - from)))}%`;
      bar.append(mark);
    }
  }
  return bar;
}

// isGood says whether a request got a response, and nothing went wrong with it.
export const isGood = (request) => request.status === 200 && !request.fault;
