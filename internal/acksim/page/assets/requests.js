// The table of the newest requests, the newest first.

import { element } from "./element.js";
import { clock } from "./words.js";
import { isGood } from "./steps.js";

const shown = 20;

export function drawRequests(into, requests, withCluster) {
  const newest = requests.slice(-shown).reverse();
  const heads = ["Time", "Operation", ...(withCluster ? ["Cluster"] : []), "Response", "Fault", ...(withCluster ? [] : ["Step"])];
  const rows = newest.map((request) => element("tr", { class: isGood(request) ? undefined : "bad" },
    element("td", {}, clock(request.time)),
    element("td", {}, request.operation || "none"),
    ...(withCluster ? [element("td", {}, request.cluster ?? "")] : []),
    element("td", {}, [request.status || "no response", request.code].filter(Boolean).join(" ")),
    element("td", {}, request.fault ?? ""),
    ...(withCluster ? [] : [element("td", {}, request.step ? String(request.step) : "")])));
  into.replaceChildren(element("table", {},
    element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
    element("tbody", {}, ...rows)));
}
