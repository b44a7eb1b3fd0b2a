// The form of a role: what is wrong is found at once, rows are moved, texts are shown as on the page, and nothing
// that was typed is left behind without a question.
"use strict";

// Rows -----------------------------------------------------------------------------------------------------------

const isRow = (element) => element?.matches(".form-group:not(.empty-form)");

// Both are named in the markup, where the theme's own would leave rows out that were just added.
const mayMoveRow = ({ related, willInsertAfter }) => (isRow(related) || !willInsertAfter) && !related.matches("thead");

const numberRows = ({ from: rows }) => {
  const places = [...rows.children].filter(isRow).map((row) => row.querySelector(`input[name$="-${rows.dataset.orderingField}"]`));
  for (const [index, place] of places.entries()) {
    place.value = index;
  }
};

const moveRow = (button) => {
  const row = button.closest(".form-group");
  const step = Number(button.dataset.step);
  const beside = (element) => (step < 0 ? element.previousElementSibling : element.nextElementSibling);
  let other = beside(row);
  while (isRow(other) && other.hidden) {
    other = beside(other);
  }
  if (!isRow(other)) {
    return;
  }
  other[step < 0 ? "before" : "after"](row);
  numberRows({ from: row.parentElement });
  button.focus();
};

// A row is called what stands in its first field.
const titleRow = (field) => {
  const row = field.closest(".role-row");
  if (row?.querySelector("details input[type=text], details textarea") === field) {
    const title = row.querySelector(".role-row-title");
    title.dataset.untitled ??= title.textContent;
    title.textContent = field.value.trim() || title.dataset.untitled;
  }
};

// Markdown -------------------------------------------------------------------------------------------------------

const offerMarkdown = () => {
  const toggle = document.getElementById("markdown-toggle");
  for (const field of document.querySelectorAll("#role_form textarea[data-markdown]")) {
    const holder = document.createElement("div");
    holder.className = "markdown-field";
    field.replaceWith(holder);
    holder.append(field, toggle.content.cloneNode(true));
  }
};

const showMarkdown = async (button) => {
  const field = button.parentElement.querySelector("textarea");
  const shown = button.getAttribute("aria-pressed") === "true";
  button.parentElement.querySelector(".markdown-shown")?.remove();
  if (!shown) {
    const sent = new FormData();
    sent.set("csrfmiddlewaretoken", document.querySelector("#role_form [name=csrfmiddlewaretoken]").value);
    sent.set("text", field.value);
    sent.set("heading", field.dataset.markdown);
    const address = document.getElementById("markdown-toggle").dataset.address;
    const answer = await fetch(address, { method: "POST", body: sent }).catch(() => null);
    if (!answer?.ok) {
      return;
    }
    const panel = document.createElement("div");
    panel.className = "markdown-shown";
    panel.tabIndex = 0;
    panel.innerHTML = await answer.text();
    field.before(panel);
  }
  field.hidden = !shown;
  button.setAttribute("aria-pressed", String(!shown));
};

// What is wrong --------------------------------------------------------------------------------------------------

const focusOn = (field, attempts = 60) => {
  // The tab that was chosen is shown by the theme in its own time.
  if (field.offsetParent === null && attempts > 0) {
    requestAnimationFrame(() => focusOn(field, attempts - 1));
    return;
  }
  field.focus();
  field.scrollIntoView({ block: "center" });
};

const goTo = ({ dataset: { tab, field } }) => {
  document.querySelector(`#role-tabs a[href="#${tab}"]`)?.click();
  const found = document.getElementById(field);
  found?.closest("details")?.setAttribute("open", "");
  const shown = found?.nextElementSibling?.querySelector(".select2-selection") ?? found;
  if (shown) {
    focusOn(shown);
  }
};

// Leaving --------------------------------------------------------------------------------------------------------

const askBeforeLeaving = (form) => {
  const typed = () => {
    const values = new FormData(form);
    values.delete("csrfmiddlewaretoken");
    return new URLSearchParams(values).toString();
  };
  // What was sent and not saved is still only here.
  const opened = document.querySelector(".errornote") ? null : typed();
  let saving = false;
  form.addEventListener("submit", ({ submitter }) => {
    saving = submitter?.formTarget !== "_blank";
  });
  window.addEventListener("beforeunload", (event) => {
    if (!saving && typed() !== opened) {
      event.preventDefault();
    }
  });
};

document.addEventListener("click", (event) => {
  const step = event.target.closest("[data-step]");
  const toggle = event.target.closest(".markdown-toggle");
  const fault = event.target.closest(".role-faults a");
  if (step) {
    moveRow(step);
  } else if (toggle) {
    showMarkdown(toggle);
  } else if (fault) {
    event.preventDefault();
    goTo(fault);
  }
});

document.addEventListener("input", ({ target }) => titleRow(target));

window.addEventListener("load", () => {
  const form = document.getElementById("role_form");
  if (!form) {
    return;
  }
  offerMarkdown();
  askBeforeLeaving(form);
  const fault = document.querySelector(".role-faults a");
  if (fault) {
    // It may be a choice, which jQuery makes when it is ready (as rows.js says).
    django.jQuery(() => django.jQuery(() => goTo(fault)));
  }
});
