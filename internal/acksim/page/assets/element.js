// element makes an element. Text is always text: nothing that comes from a scenario is ever read as HTML.
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) {
      made.setAttribute(name, value === true ? "" : value);
    }
  }
  made.append(...children.filter((child) => child !== undefined && child !== ""));
  return made;
}

// setText changes the text of an element only where it differs, so that a screen reader is not told it again.
export function setText(of, text) {
  if (of.textContent !== text) {
    of.textContent = text;
  }
}
