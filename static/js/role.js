// The page of a role: marks the section that is being read, and copies links and the agent's prompt.

const status = document.createElement("p");
status.className = "copied";
status.setAttribute("role", "status");
document.body.append(status);

let hiding;
const copy = async (text, message) => {
  await navigator.clipboard.writeText(text);
  status.textContent = message;
  clearTimeout(hiding);
  hiding = setTimeout(() => { status.textContent = ""; }, 2500);
};

// A link to a statement is followed, so that the address shows it, and copied as well.
const body = document.querySelector(".role-body");
if (navigator.clipboard) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".permalink");
    if (link) copy(link.href, body.dataset.linkCopied).catch(() => {});
  });

  for (const text of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = text.dataset.copy;
    button.addEventListener("click", () => copy(text.textContent, text.dataset.copied).catch(() => {}));
    text.closest("details").before(button);
  }
}

// An open menu closes when something else is pressed, and with Escape.
const menu = document.querySelector(".menu");
if (menu) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

// The section that is being read is the last one whose beginning has passed the upper third of the window.
const links = new Map(
  [...document.querySelectorAll(".contents a")].map((link) => [link.hash.slice(1), link]),
);
const sections = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
const mark = () => {
  const ended = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
  const begun = sections.filter((section) => section.getBoundingClientRect().top < innerHeight / 3);
  const current = ended ? sections.at(-1) : begun.at(-1);
  for (const [id, link] of links) {
    if (id !== current?.id) {
      link.removeAttribute("aria-current");
    } else if (!link.hasAttribute("aria-current")) {
      link.setAttribute("aria-current", "true");
      // The strip along the top edge of a narrow screen follows; the page itself does not move.
      const list = link.closest(".contents");
      list.scrollTo({ left: link.offsetLeft - list.clientWidth / 3 });
    }
  }
};
let awaited = 0;
const markSoon = () => {
  cancelAnimationFrame(awaited);
  awaited = requestAnimationFrame(mark);
};
addEventListener("scroll", markSoon, { passive: true });
addEventListener("resize", markSoon, { passive: true });
markSoon();
