// While the name of a role is typed into a field, its list of suggestions follows.

for (const field of document.querySelectorAll("input[data-suggestions]")) {
  let asked = "";
  let waiting;
  const suggest = async () => {
    const words = field.value.trim();
    if (words === asked || words.length < 2) return;
    asked = words;
    const answer = await fetch(`${field.dataset.suggestions}?q=${encodeURIComponent(words)}`).catch(() => null);
    if (!answer?.ok || words !== asked) return;
    const names = await answer.json();
    field.list.replaceChildren(...names.map((name) => new Option(name, name)));
  };
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(suggest, 150);
  });
}
