// Prints the job description, and copies it with its headings and lists for pasting into other programs.

const sheet = () => document.getElementById("sheet");

document.getElementById("print").addEventListener("click", () => window.print());

document.getElementById("copy").addEventListener("click", async ({ currentTarget: button }) => {
  const status = document.getElementById("copied");
  try {
    await navigator.clipboard.write([
      new ClipboardItem({
        "text/html": new Blob([asDocument(sheet())], { type: "text/html" }),
        "text/plain": new Blob([sheet().innerText], { type: "text/plain" }),
      }),
    ]);
    status.textContent = button.dataset.done;
  } catch {
    window.getSelection().selectAllChildren(sheet());
    status.textContent = button.dataset.failed;
  }
});

// What stands on its own has its title on the first level of headings, not below those of this page.
function asDocument(article) {
  const copy = article.cloneNode(true);
  for (const heading of copy.querySelectorAll("h2, h3, h4, h5, h6")) {
    const raised = document.createElement(`h${Number(heading.tagName[1]) - 1}`);
    raised.innerHTML = heading.innerHTML;
    heading.replaceWith(raised);
  }
  for (const element of copy.querySelectorAll("[class]")) element.removeAttribute("class");
  return copy.innerHTML;
}
