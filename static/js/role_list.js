// The list of roles while somebody types and chooses: facets that were open stay open, and long ones can be searched.

const openFacets = new Set();

function facets() {
  return document.querySelectorAll("details.facet");
}

// What somebody typed to find a value, by facet, so that it is still there when the counts have changed.
const sought = new Map();

function narrow(facet) {
  const words = (sought.get(facet.id) ?? "").toLocaleLowerCase();
  for (const option of facet.querySelectorAll(".option")) {
    const name = option.textContent.toLocaleLowerCase();
    option.hidden = !name.includes(words) && !option.querySelector(":checked");
  }
}

function prepare() {
  for (const facet of facets()) {
    const find = facet.querySelector(".facet__find");
    if (!find) continue;
    find.hidden = false;
    const box = find.querySelector("input");
    box.value = sought.get(facet.id) ?? "";
    narrow(facet);
  }
}

document.addEventListener("input", (event) => {
  const facet = event.target.closest(".facet__find")?.closest(".facet");
  if (!facet) return;
  sought.set(facet.id, event.target.value);
  narrow(facet);
});

// The box is no field of the query: that it has changed asks for no other roles.
document.addEventListener("change", (event) => event.target.closest(".facet__find") && event.stopPropagation(), true);
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.closest(".facet__find")) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", () => {
  openFacets.clear();
  for (const facet of facets()) if (facet.open) openFacets.add(facet.id);
});

document.addEventListener("htmx:afterSettle", () => {
  for (const facet of facets()) facet.open = openFacets.has(facet.id) || facet.open;
  prepare();
});

prepare();
