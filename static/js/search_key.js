// "/" puts the cursor into the page's search box, wherever nothing else is being typed into.

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
  const search = document.getElementById("search-words");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});
