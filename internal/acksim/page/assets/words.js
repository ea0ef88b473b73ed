// The words and signs for phases, actions and times. A sign stands beside the word, so that colour alone says nothing.

const phases = {
  idle: ["○", "idle"],
  running: ["▶", "running"],
  paused: ["‖", "paused"],
  finishing: ["◔", "finishing"],
  succeeded: ["✓", "succeeded"],
  failed: ["✕", "failed"],
  unknown: ["?", "unknown"],
  "not-ack": ["⚠", "not ACK"],
};

export const signOf = (phase) => (phases[phase] ?? ["?", phase])[0];
export const wordOf = (phase) => (phases[phase] ?? ["?", phase])[1];

export const actions = {
  start: "Start an upgrade",
  pause: "Pause",
  resume: "Resume",
  fail: "Fail",
  finish: "Finish",
};

// length says how long a time in milliseconds is.
export function length(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (milliseconds > 0 && milliseconds < 1000) {
    return `${Math.round(milliseconds)} ms`;
  }
  const parts = [[Math.floor(seconds / 3600), "h"], [Math.floor(seconds / 60) % 60, "min"], [seconds % 60, "s"]];
  const said = parts.filter(([count]) => count > 0).slice(0, 2).map(([count, unit]) => `${count} ${unit}`);
  return said.join(" ") || "0 s";
}

// clock says when a time in milliseconds since 1970 is.
export function clock(milliseconds) {
  const two = (number) => String(number).padStart(2, "0");
  const time = new Date(milliseconds);
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

export const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
