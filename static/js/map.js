// The map: moved, zoomed, searched, and walked with the keyboard from role to role. Without this script it is a
// picture with links; what stands beside it comes from the table's data.

const CLOSEST = 4;
const FURTHER = 0.8;

const chart = document.getElementById("map");
// Browsers make an SVG a stop of the tab key if it listens to the keyboard itself.
const frame = chart.parentElement;
const data = JSON.parse(document.getElementById("map-data").textContent);
const spots = [...chart.querySelectorAll(".spot")];
const lines = [...chart.querySelectorAll(".lines path")];
const part = (name) => document.querySelector(`[data-panel="${name}"]`);
const hint = [...part("content").childNodes];
const words = document.getElementById("map-words");

const places = spots.map((spot) => {
  const [x, y] = spot.getAttribute("transform").match(/-?\d+/g).map(Number);
  return { x, y };
});
const names = spots.map((spot) => spot.dataset.name ?? spot.querySelector("text").textContent);
const partners = spots.map(() => new Map());
lines.forEach((_line, number) => {
  const [one, other] = [data.pairs[2 * number], data.pairs[2 * number + 1]];
  partners[one].set(other, number);
  partners[other].set(one, number);
});
const edges = spots.map(() => []);
for (const edge of data.edges) {
  edges[edge[0]].push(edge);
  if (edge[2] !== edge[0]) edges[edge[2]].push(edge);
}

// The view: what is in the middle, and how many pixels a unit of the map takes

const [atLeft, atTop, width, height] = chart.getAttribute("viewBox").split(" ").map(Number);
const whole = () => Math.min(chart.clientWidth / width, chart.clientHeight / height);
const view = { x: atLeft + width / 2, y: atTop + height / 2, scale: whole(), fits: true };

let drawn = { x: 0, y: 0, scale: 0 };
let awaited = 0;

/** Keep the view within bounds, and show it with the next frame. */
function look() {
  const least = Math.min(whole(), 1.4) * FURTHER;
  view.scale = Math.min(CLOSEST, Math.max(least, view.scale));
  view.x = Math.min(atLeft + width, Math.max(atLeft, view.x));
  view.y = Math.min(atTop + height, Math.max(atTop, view.y));
  view.fits = view.scale <= Math.min(whole(), 1.4) * 1.01;
  awaited ||= requestAnimationFrame(draw);
}

function draw() {
  awaited = 0;
  // Nothing is laid out yet; the observer calls again.
  if (!view.scale) return;
  const held = chart.classList.contains("chart--held") && view.scale === drawn.scale;
  // Pushing the picture about is cheap, painting it is not.
  chart.style.transform = held ? `translate(${(drawn.x - view.x) * view.scale}px, ${(drawn.y - view.y) * view.scale}px)` : "";
  if (held) return;
  const [w, h] = [chart.clientWidth / view.scale, chart.clientHeight / view.scale];
  chart.setAttribute("viewBox", `${view.x - w / 2} ${view.y - h / 2} ${w} ${h}`);
  const isScaled = view.scale !== drawn.scale;
  drawn = { x: view.x, y: view.y, scale: view.scale };
  if (!isScaled) return;
  chart.style.setProperty("--px", 1 / view.scale);
  data.zooms.forEach((zoom, number) => chart.classList.toggle(`at-${number}`, zoom <= view.scale * 1.001));
  chart.classList.toggle("chart--close", !view.fits);
}

function showWhole() {
  Object.assign(view, { x: atLeft + width / 2, y: atTop + height / 2, scale: Math.min(whole(), 1.4) });
  look();
}

/** Zoom about a point of the window, which stays where it is; about the middle without one. */
function zoom(factor, point) {
  const box = frame.getBoundingClientRect();
  const dx = point ? point.x - box.x - box.width / 2 : 0;
  const dy = point ? point.y - box.y - box.height / 2 : 0;
  const before = view.scale;
  view.scale *= factor;
  look();
  view.x += dx / before - dx / view.scale;
  view.y += dy / before - dy / view.scale;
  look();
}

function move(dx, dy) {
  view.x -= dx / view.scale;
  view.y -= dy / view.scale;
  look();
}

/** Bring a role into view, if it is not well within. */
function reveal({ x, y }) {
  const [w, h] = [chart.clientWidth / view.scale / 2, chart.clientHeight / view.scale / 2];
  if (Math.abs(x - view.x) > w * 0.85) view.x = x;
  if (Math.abs(y - view.y) > h * 0.85) view.y = y;
  look();
}

new ResizeObserver(() => (view.fits ? showWhole() : look())).observe(chart);

for (const button of document.querySelectorAll(".map__tools [data-zoom]")) {
  button.addEventListener("click", () => zoom(Number(button.dataset.zoom)));
}
document.querySelector(".map__tools [data-whole]").addEventListener("click", showWhole);

chart.addEventListener("wheel", (event) => {
  // Who only scrolls past the map goes on scrolling.
  if (!event.ctrlKey && !chart.contains(document.activeElement) && !chart.classList.contains("chart--held")) return;
  event.preventDefault();
  zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), event);
}, { passive: false });

const fingers = new Map();
let moved = 0;

chart.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  if (!fingers.size) moved = 0;
  fingers.set(event.pointerId, event);
});

chart.addEventListener("pointermove", (event) => {
  const before = fingers.get(event.pointerId);
  if (!before) return;
  const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
  const others = [...fingers.values()].filter((finger) => finger.pointerId !== event.pointerId);
  if (others.length) {
    const apart = (finger) => Math.hypot(finger.clientX - others[0].clientX, finger.clientY - others[0].clientY);
    const middle = { x: (event.clientX + others[0].clientX) / 2, y: (event.clientY + others[0].clientY) / 2 };
    zoom(apart(event) / Math.max(1, apart(before)), middle);
    moved = Infinity;
  } else {
    moved += Math.hypot(dx, dy);
    if (moved < 4) return;
    if (!chart.hasPointerCapture(event.pointerId)) chart.setPointerCapture(event.pointerId);
    chart.classList.add("chart--held");
    move(dx, dy);
  }
  fingers.set(event.pointerId, event);
});

for (const end of ["pointerup", "pointercancel"]) {
  chart.addEventListener(end, ({ pointerId }) => {
    fingers.delete(pointerId);
    if (fingers.size) return;
    chart.classList.remove("chart--held");
    look();
  });
}
chart.addEventListener("dragstart", (event) => event.preventDefault());

// Looking at a role: it and what it works with are in the light, and said in words beside the map

let shown = null;
let chosen = null;

function light(number) {
  if (number === shown) return;
  if (shown !== null) {
    for (const line of chart.querySelectorAll(".line--lit")) {
      line.classList.remove("line--lit");
      for (const name of ["marker-start", "marker-end"]) {
        if (line.getAttribute(name) === "url(#arrow-lit)") line.removeAttribute(name);
      }
    }
    for (const spot of chart.querySelectorAll(".spot--lit, .spot--chosen")) spot.classList.remove("spot--lit", "spot--chosen", "spot--mute");
  }
  shown = number;
  chart.classList.toggle("chart--lit", number !== null);
  if (number !== null) {
    spots[number].classList.add("spot--chosen");
    for (const [other, line] of partners[number]) {
      spots[other].classList.add("spot--lit");
      lines[line].classList.add("line--lit");
      for (const [giver, receiver] of edges[number].filter((edge) => edge[3] < 2 && [edge[0], edge[2]].includes(other)).map(direction)) {
        const end = data.pairs[2 * line + 1] === receiver ? "marker-end" : "marker-start";
        if (giver !== receiver && !lines[line].hasAttribute(end)) lines[line].setAttribute(end, "url(#arrow-lit)");
      }
    }
  }
  if (number !== null) thin(number);
  tell(number);
}

/** Of the names in the light, show those that stand free, of who has most partners first. */
function thin(number) {
  const shownBoxes = [];
  const others = [...partners[number].keys()].sort((one, other) => partners[other].size - partners[one].size);
  for (const other of [number, ...others]) {
    const box = spots[other].querySelector("text").getBoundingClientRect();
    const covered = shownBoxes.some((each) => box.left < each.right && each.left < box.right && box.top < each.bottom && each.top < box.bottom);
    spots[other].classList.toggle("spot--mute", covered);
    if (!covered) shownBoxes.push(box);
  }
}

/** Who gives and who receives. */
const direction = ([who, , whom, flow]) => (flow === 1 ? [whom, who] : [who, whom]);

function tell(number) {
  if (number === null) {
    part("title").textContent = part("title").dataset.empty;
    part("content").replaceChildren(...hint);
    return;
  }
  part("title").textContent = names[number];
  const content = part("template").content.cloneNode(true);
  content.querySelector(".map__place").textContent = spots[number].dataset.place ?? "";
  const address = spots[number].getAttribute("href");
  if (address) {
    content.querySelector(".map__open").href = address;
    content.querySelector(".map__around").href += address.split("/").at(-2);
  } else {
    content.querySelector(".map__ways").remove();
  }
  const counts = [];
  for (const group of content.querySelectorAll(".map__group")) {
    const own = edges[number].filter((edge) => sideOf(edge, number) === Number(group.dataset.flow));
    if (!own.length) group.remove();
    else counts.push(`${group.querySelector("h3").textContent}: ${own.length}`);
    group.querySelector("ul").append(...own.map((edge) => row(edge, number)));
  }
  if (counts.length) content.querySelector(".unstated").remove();
  part("content").replaceChildren(content);
  return counts;
}

/** What a role does in an interaction: 0 gives, 1 receives, 2 works together. */
function sideOf(edge, number) {
  if (edge[3] === 2) return 2;
  return direction(edge)[0] === number ? 0 : 1;
}

/** An interaction in the words of who states it, with the other one as a link. */
function row([who, kind, whom, , often], number) {
  const item = document.createElement("li");
  const other = who === number ? whom : who;
  const address = spots[other].getAttribute("href");
  const name = document.createElement(address ? "a" : "b");
  if (address) name.href = address;
  name.textContent = names[other];
  const words = [name, document.createTextNode(data.kinds[kind])];
  if (who === number) words.reverse();
  item.append(words[0], " · ", words[1]);
  if (often) {
    const rhythm = document.createElement("span");
    rhythm.className = "quiet";
    rhythm.textContent = ` (${often})`;
    item.append(rhythm);
  }
  return item;
}

const numberOf = (element) => spots.indexOf(element.closest?.(".spot"));

chart.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch" || fingers.size) return;
  const number = numberOf(event.target);
  light(number < 0 ? chosen : number);
});
chart.addEventListener("pointerleave", () => light(chosen));

chart.addEventListener("click", (event) => {
  const number = numberOf(event.target);
  const dragged = moved >= 4;
  // The first tap of a finger looks at a role, as pointing does; the second opens it.
  const looks = event.pointerType === "touch" && number >= 0 && number !== chosen;
  if (dragged || looks) event.preventDefault();
  if (dragged) return;
  if (event.pointerType === "touch") choose(number < 0 ? null : number);
  if (event.target.matches(".area")) enter(event.target);
});

/** Bring a family's region so close that it fills the window; further away, never. */
function enter(area) {
  const [x, y, radius] = ["cx", "cy", "r"].map((name) => Number(area.getAttribute(name)));
  const scale = Math.min(chart.clientWidth, chart.clientHeight) / (2.4 * radius);
  if (scale <= view.scale) return;
  Object.assign(view, { x, y, scale });
  look();
}

function choose(number) {
  chosen = number;
  light(number);
}

// Walking: one role is a stop of the tab key, the arrow keys lead on

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const way = [];
let stop = Math.max(0, spots.findIndex((spot) => spot.matches(".spot--middle, .spot--found")));

function rove(number) {
  spots[stop].setAttribute("tabindex", "-1");
  stop = number;
  spots[stop].setAttribute("tabindex", "0");
}

function go(number) {
  rove(number);
  reveal(places[number]);
  spots[number].focus({ preventScroll: true });
}

/** The nearest of these roles in a direction, or undefined. */
function nearest(number, [dx, dy], among) {
  let best;
  let least = Infinity;
  for (const other of among) {
    const [x, y] = [places[other].x - places[number].x, places[other].y - places[number].y];
    const distance = Math.hypot(x, y);
    const straight = (x * dx + y * dy) / distance;
    // Within 60 degrees; what is aside counts as further away.
    if (other === number || straight < 0.5) continue;
    if (distance / straight < least) [best, least] = [other, distance / straight];
  }
  return best;
}

frame.addEventListener("focusin", ({ target }) => {
  const number = numberOf(target);
  if (number < 0) return;
  rove(number);
  if (target.matches(":focus-visible")) {
    choose(number);
    part("said").textContent = [names[number], ...tell(number)].join(", ");
  }
});
frame.addEventListener("focusout", ({ relatedTarget }) => {
  if (!relatedTarget || !document.querySelector(".map").contains(relatedTarget)) choose(null);
});

frame.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const number = numberOf(event.target);
  const step = STEPS[event.key];
  if (step && event.shiftKey) {
    move(-step[0] * 80, -step[1] * 80);
  } else if (step && number >= 0) {
    const next = nearest(number, step, partners[number].keys()) ?? nearest(number, step, places.keys());
    if (next !== undefined) {
      way.push(number);
      go(next);
    }
  } else if (event.key === "Escape" && way.length) {
    go(way.pop());
  } else if (event.key === "+" || event.key === "=") {
    zoom(1.5);
  } else if (event.key === "-") {
    zoom(1 / 1.5);
  } else if (event.key === "0") {
    showWhole();
  } else {
    return;
  }
  event.preventDefault();
});

// Searching: names that have the words in them are marked and come into view

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim().replace(/\s+/g, " ");
const folded = names.map(fold);
let found = [];

function mark() {
  const typed = fold(words.value);
  found = typed ? [...folded.keys()].filter((number) => folded[number].includes(typed)) : [];
  spots.forEach((spot, number) => spot.classList.toggle("spot--found", found.includes(number)));
  document.querySelector(".map-form output").textContent = typed ? new Intl.NumberFormat(document.documentElement.lang).format(found.length) : "";
  document.querySelector(".map-found")?.remove();
}

words.addEventListener("input", () => {
  mark();
  const address = new URL(location);
  if (words.value.trim()) address.searchParams.set("q", words.value.trim());
  else address.searchParams.delete("q");
  history.replaceState(null, "", address);
  if (found.length === 1) Object.assign(view, places[found[0]], { scale: Math.max(view.scale, 1) });
  look();
});

words.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !found.length) return;
  event.preventDefault();
  view.scale = Math.max(view.scale, 1);
  go(found[0]);
});

for (const spot of spots) spot.setAttribute("tabindex", "-1");
rove(stop);
showWhole();
draw();
