// My levels: kept in this browser, compared with what roles need here, and never sent anywhere.
//
// The page works without this script, with the levels in its address; what is shown is the same.

const STORE = "role-catalogue.my-levels";
const SHOWN = 20;

const panel = document.getElementById("my-levels");
const fields = panel.querySelector(".levels__fields");
const form = panel.querySelector("form");
const way = document.getElementById("way");
const fitting = document.getElementById("fitting");
const said = JSON.parse(document.getElementById("gap-script").textContent);
// Slugs and names of the levels, the lowest first: the rung of a level is its place, from 1.
const ladder = [...panel.querySelector("#at").options].map((option) => ({ slug: option.value, name: option.text }));
const numbers = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 });

const copy = (name) => document.getElementById(`${name}-template`).content.firstElementChild.cloneNode(true);
const fold = (text) => text.normalize("NFKC").toLowerCase().trim().replace(/\s+/g, " ");
const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);

/** A copy of `pattern` with text or elements in the place of its {names}. */
function fillWith(pattern, values) {
  const parts = pattern.split(/\{(\w+)\}/).map((part, place) => (place % 2 ? values[part] : part));
  const filled = document.createDocumentFragment();
  filled.append(...parts);
  return filled;
}

function bold(text) {
  const element = document.createElement("b");
  element.textContent = text;
  return element;
}

// What is kept: the rung of each capability by slug, with its name.

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(STORE) ?? "[]");
    const rungs = new Map(ladder.map((level, place) => [level.slug, place + 1]));
    return new Map(kept.filter((each) => rungs.has(each.level)).map((each) => [each.slug, { name: each.name, rung: rungs.get(each.level) }]));
  } catch {
    return new Map();
  }
}

function keep() {
  const kept = [...mine].map(([slug, { name, rung }]) => ({ slug, name, level: ladder[rung - 1].slug }));
  try {
    if (kept.length) localStorage.setItem(STORE, JSON.stringify(kept));
    else localStorage.removeItem(STORE);
  } catch {
    // A browser that keeps nothing still compares.
  }
}

/** The levels that the address states, as the form shows them. */
function stated() {
  const found = new Map();
  for (const field of fields.querySelectorAll("select")) {
    if (field.selectedIndex) found.set(slugOf(field), { name: nameOf(field), rung: field.selectedIndex });
  }
  return found;
}

const slugOf = (field) => field.id.slice("level-".length);
const nameOf = (field) => field.labels[0].textContent;

const inAddress = new URLSearchParams(location.search).has("level");
let mine = inAddress ? stated() : read();

// The form

function showFields() {
  for (const [slug, { name, rung }] of mine) {
    let field = document.getElementById(`level-${slug}`);
    if (!field) {
      const added = copy("field");
      field = added.querySelector("select");
      field.id = added.querySelector("label").htmlFor = `level-${slug}`;
      added.querySelector("label").textContent = name;
      ladder.forEach((level, place) => (field.options[place + 1].value = `${slug}:${level.slug}`));
      fields.append(added);
    }
    field.selectedIndex = rung;
  }
}

function changed() {
  keep();
  // Levels that came with the address are not to stay in it.
  if (location.search.includes("level=")) {
    const address = new URL(location);
    address.searchParams.delete("level");
    history.replaceState(null, "", address);
    promise({ kept: true });
  }
  show();
}

fields.addEventListener("change", ({ target }) => {
  if (target.selectedIndex) mine.set(slugOf(target), { name: nameOf(target), rung: target.selectedIndex });
  else mine.delete(slugOf(target));
  changed();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const typed = form.elements.can.value;
  const unknown = form.querySelector("[data-unknown]");
  unknown.hidden = true;
  if (!typed.trim()) return show();
  const { capabilities } = await needs();
  const found = capabilities.find(([, name]) => fold(name) === fold(typed));
  if (found) {
    mine.set(found[0], { name: found[1], rung: form.elements.at.selectedIndex + 1 });
    form.elements.can.value = "";
    showFields();
    changed();
  } else {
    unknown.textContent = fill(unknown.dataset.unknown, { name: typed.trim() });
    unknown.hidden = false;
  }
});

form.elements.can.addEventListener("input", async ({ target }) => {
  const typed = fold(target.value);
  const { capabilities } = await needs();
  const names = capabilities.map(([, name]) => name).filter((name) => typed && fold(name).includes(typed));
  target.list.replaceChildren(...names.slice(0, 12).map((name) => new Option(name, name)));
});

panel.querySelector("[data-forget]").addEventListener("click", () => {
  mine = new Map();
  for (const field of fields.querySelectorAll("select")) field.selectedIndex = 0;
  changed();
});

// What roles need; fetched when it is first wanted.

let fetched;
function needs() {
  fetched ??= fetch(panel.dataset.needs).then((answer) => answer.json());
  return fetched;
}

// The way to the role. The moves and wordings are those of roles/comparison.py and of the page.

function stepOf([slug, name, need, level]) {
  const have = mine.get(slug)?.rung ?? 0;
  const link = document.createElement("a");
  link.href = said.capability.replace("/0/", `/${slug}/`);
  link.textContent = name;
  const names = { name: link, have: have ? ladder[have - 1].name : "", need: level };
  if (!have) return { group: "add", wording: level ? "add" : "add, no level", names, have, need };
  if (!need) return { group: "open", wording: level ? "open" : "open, nothing needed", names, have, need };
  if (have < need) return { group: "raise", wording: "raise", names, have, need };
  return { group: "keep", wording: have > need ? "spare" : "keep", names, have, need };
}

function drawn({ have, need, wording, names }) {
  const item = copy("step");
  const [from, to] = [said.rungs[have - 1], said.rungs[need - 1]];
  const shape = (name) => item.querySelector(`.rungs__${name}`);
  if (have && need) shape("way").setAttribute("d", `M${from} 8H${to}`);
  else shape("way").remove();
  if (have) shape("have").setAttribute("cx", from);
  else shape("have").remove();
  if (need) shape("need").setAttribute("cx", to);
  else shape("need").remove();
  item.querySelector(".gap-step__sentence").replaceChildren(fillWith(said.sentences[wording], names));
  return item;
}

function showWay() {
  if (!way) return;
  way.hidden = !mine.size;
  const steps = said.needs.map(stepOf);
  const [facts, groups] = [[], []];
  for (const [name, title] of Object.entries(said.titles)) {
    const own = steps.filter((step) => step.group === name);
    if (!own.length) continue;
    const fact = document.createElement("li");
    const link = document.createElement("a");
    link.href = `#${name}`;
    link.append(fillWith(said.counted[name], { n: bold(own.length) }));
    fact.append(link);
    facts.push(fact);
    const group = copy("group");
    group.id = name;
    group.setAttribute("aria-labelledby", `title-${name}`);
    group.querySelector("h2").id = `title-${name}`;
    group.querySelector(".gap-part__title").textContent = title;
    group.querySelector(".gap-part__count").textContent = own.length;
    group.querySelector("ol").replaceChildren(...own.map(drawn));
    groups.push(group);
  }
  // What only the server tells of levels in an address would be out of date by now.
  for (const other of way.querySelectorAll(":scope > .gap-part")) other.remove();
  way.querySelector(".gap-facts")?.replaceChildren(...facts);
  way.querySelector(".gap-groups").replaceChildren(...groups);
}

// The roles that fit

function part(have, need) {
  let [big, small] = [need, have];
  while (small) [big, small] = [small, big % small];
  return need / big === 1 ? `${have / big}` : `${have / big}/${need / big}`;
}

function fitOf([slug, name, family, needed], capabilities) {
  const parts = needed.map(([place, need, level]) => {
    const have = mine.get(capabilities[place][0])?.rung ?? 0;
    const met = have && have >= need;
    return {
      name: capabilities[place][1],
      have: have ? ladder[have - 1].name : "–",
      need: need ? ladder[need - 1].name : level || "–",
      share: met ? 1 : need ? have / need : 0,
      shown: met ? "1" : need ? part(have, need) : "0",
    };
  });
  const sum = parts.reduce((total, each) => total + each.share, 0);
  return { slug, name, family, parts, sum, fit: sum / Math.max(1, parts.length) };
}

function rowOf({ slug, name, family, parts, sum, fit }) {
  const row = copy("fitting");
  const put = (place, text) => row.querySelector(place).replaceChildren(text);
  put(".fitting__percent", `${Math.floor(fit * 100 + 1e-9)} %`);
  put(".fitting__name", name);
  row.querySelector(".fitting__name").href = said.role.replace("/0/", `/${slug}/`);
  put(".fitting__family", family);
  put("summary", fill(said.sum, { reached: numbers.format(sum), needed: parts.length }));
  const items = parts.map((each) => {
    const item = document.createElement("li");
    const levels = document.createElement("span");
    levels.className = "quiet";
    levels.textContent = `${each.have} / ${each.need}`;
    item.append(`${each.name} `, levels, ` ${each.shown}`);
    return item;
  });
  row.querySelector("ul").replaceChildren(...items);
  const link = row.querySelector(".fitting__way");
  link.href = `${form.getAttribute("action")}?to=${slug}`;
  link.querySelector(".visually-hidden").textContent = name;
  return row;
}

async function showFitting() {
  fitting.hidden = !mine.size;
  if (!mine.size) return;
  const { capabilities, roles } = await needs();
  // The roles come in the order of their names, which equal ones keep.
  const found = roles.map((role) => fitOf(role, capabilities)).filter((role) => role.fit > 0);
  found.sort((one, other) => (Math.abs(other.fit - one.fit) < 1e-9 ? 0 : other.fit - one.fit));
  fitting.querySelector("ol").replaceChildren(...found.slice(0, SHOWN).map(rowOf));
  fitting.querySelector(".fitting__none").hidden = found.length > 0;
}

function show() {
  showWay();
  showFitting();
}

/** Tell where the levels are: kept in this browser, or in the address. */
function promise({ kept }) {
  panel.querySelector("[data-address]").hidden = kept;
  panel.querySelector("[data-kept]").hidden = !kept;
}

panel.querySelector("[data-forget]").hidden = false;
promise({ kept: !inAddress });
if (!inAddress) {
  showFields();
  show();
}
