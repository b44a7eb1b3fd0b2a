// Takes an unsaved row out of a form by marking it for the server and hiding it. The theme would instead number the
// rows behind it anew from their markup, and so empty what was typed into them.
"use strict";

document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest(".delete-template");
    if (!button) {
      return;
    }
    event.stopPropagation();
    const row = button.closest(".form-group");
    const { prefix } = JSON.parse(row.closest(".formset").dataset.inlineFormset).options;
    const number = [...row.querySelectorAll(`[name^="${prefix}-"]`)]
      .map((field) => field.name.slice(prefix.length + 1).split("-")[0])
      .find((part) => /^\d+$/.test(part));
    const mark = document.createElement("input");
    mark.type = "hidden";
    mark.name = `${prefix}-${number}-DELETE`;
    mark.value = "on";
    row.append(mark);
    row.hidden = true;
  },
  true,
);

// What stands in the place of a choice tells a screen reader nothing of what is chosen there.
const nameChoices = () => {
  for (const choice of document.querySelectorAll(".select2-container :is([role=combobox], [role=textbox]):not([aria-label])")) {
    const select = choice.closest(".select2-container").previousElementSibling;
    const name = select.getAttribute("aria-label") ?? select.labels[0]?.textContent;
    if (name) {
      choice.setAttribute("aria-label", name.trim());
      // Or else only what is chosen would be read, and nothing where nothing is.
      choice.removeAttribute("aria-labelledby");
    }
  }
};

// Choices are made when jQuery says that the page is ready, which may be later than its load event; those of scripts
// that follow this one are made before what is asked for only then.
django.jQuery(() => django.jQuery(nameChoices));
document.addEventListener("formset:added", () => setTimeout(nameChoices));
