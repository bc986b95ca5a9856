// Builds elements. Text is always a text node: nothing here parses HTML.

export function el(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") made.className = value;
    else if (name === "data") Object.assign(made.dataset, value);
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && typeof value !== "string") made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== false));
  return made;
}

// Replaces what a place holds and gives the focus back to the control that had it.
export function fill(place, ...children) {
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.key : "";
  place.replaceChildren(...children.flat(Infinity).filter(Boolean));
  if (focused) {
    const same = [...place.querySelectorAll("[data-key]")].find((one) => one.dataset.key === focused);
    same?.focus();
  }
}
