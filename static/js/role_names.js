// While the name of a role is typed into a field, its list of suggestions follows.

let asked = "";
let waiting;

const suggest = async (field) => {
  const words = field.value.trim();
  if (words === asked || words.length < 2) return;
  asked = words;
  const answer = await fetch(`${field.dataset.suggestions}?q=${encodeURIComponent(words)}`).catch(() => null);
  if (!answer?.ok || words !== asked) return;
  const names = await answer.json();
  field.list.replaceChildren(...names.map((name) => new Option(name, name)));
};

// Fields may be added to the page later.
document.addEventListener("input", ({ target }) => {
  if (target.matches("input[data-suggestions]")) {
    clearTimeout(waiting);
    waiting = setTimeout(() => suggest(target), 150);
  }
});
