const byId = (id) => document.getElementById(id);
const readJson = (id) => JSON.parse(byId(id).textContent);
const spoken = (number) => number.toLocaleString("en");
const counted = (number, noun) => `${spoken(number)} ${noun}${number === 1 ? "" : "s"}`;

// What others wrote only ever becomes text: nothing here takes markup.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== "" && child !== null));
  return element;
}

// Right-to-left names must not turn around what stands beside them.
const isolated = (text) => make("bdi", {}, text);

const badge = (level) => make("span", { class: `level ${level}` }, level);
