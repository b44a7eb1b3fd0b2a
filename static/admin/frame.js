// What the theme's frame keeps from those who hear a page instead of seeing it, or have no mouse.
"use strict";

const named = (element) => element.title || element.getAttribute("aria-label");

document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("main")?.setAttribute("role", "main");
  // An icon is a word in a font of pictures, and would be read aloud before the text that it stands beside.
  for (const icon of document.querySelectorAll(".material-symbols-outlined")) {
    const around = icon.closest("a, button, summary, label, li, h2, p");
    const words = [...(around?.querySelectorAll(".material-symbols-outlined") ?? [])].map((each) => each.textContent);
    const text = words.reduce((rest, word) => rest.replace(word, ""), around?.textContent ?? "");
    if (around && (text.trim() || named(around))) {
      icon.setAttribute("aria-hidden", "true");
    }
  }
});
