// Shows beside each word that is offered what the server says of it: how many roles use it, or where it stands.
"use strict";

django.jQuery.fn.select2.defaults.set("templateResult", (option) => {
  if (!option.note) {
    return option.text;
  }
  const shown = document.createElement("span");
  const note = document.createElement("small");
  note.className = "choice-note";
  note.textContent = option.note;
  shown.append(option.text, " ", note);
  return django.jQuery(shown);
});
