"""The catalogues of translated texts: `python -m catalogue.translations update` and `… compile`.

`update` gathers what is marked for translation in Python and in templates, and brings each language's file
up to date: new texts are added without a translation, and those that are gone are taken out. `compile` writes
what the running catalogue reads. Neither needs the system's gettext. Scripts hold no texts: their templates
hand them over. The admin's theme speaks few languages itself, so its texts are gathered too.
"""

import importlib.util
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "locale"
SOURCES = {"api", "catalogue", "roles", "templates"}
METHODS = [("**.py", "python"), ("**.html", f"{__name__}:extract_template")]
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
# Before a text, the comment that tells a translator what the text alone doesn't.
COMMENT_TAGS = ["Translators:"]


def extract_template(
    file: IO[bytes], keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[Any, ...]]:
    """Babel's way into a template of Django."""
    # Django makes lines of Python's tokens of it; their indentation is that of the markup, and means nothing.
    code = re.sub(r"^[ \t]+", "", templatize(file.read().decode()), flags=re.MULTILINE)
    yield from extract_python(BytesIO(code.encode()), keywords, comment_tags, {"encoding": "utf-8"})


def marked(language: str) -> Catalog:
    """Everything that is marked for translation, with the files that it stands in."""
    found = Catalog(project="role catalogue", charset="utf-8")
    for folder in sorted(SOURCES):
        gather(found, ROOT / folder)
    texts = spoken(language)
    gather(found, package("unfold"), lambda file, text: "contrib/" not in file and text not in texts)
    return found


def gather(
    found: Catalog, folder: Path, wanted: Callable[[str, str], bool] = lambda file, text: True
) -> None:
    """Add the texts below a folder to `found`: all, or those that are `wanted`, given file and text."""
    messages = extract_from_dir(
        folder, METHODS, keywords=KEYWORDS, comment_tags=COMMENT_TAGS, strip_comment_tags=True
    )
    for file, _line, message, comments, context in messages:
        if wanted(file, singular(message)):
            place = f"{folder.name}/{file}"
            found.add(message, locations=[(place, 0)], auto_comments=comments, context=context)


def spoken(language: str) -> set[str]:
    """The texts that Django itself says in a language."""
    texts = set()
    for compiled in package("django").glob(f"**/locale/{language}/LC_MESSAGES/django.mo"):
        with compiled.open("rb") as file:
            texts |= {singular(message.id) for message in read_mo(file)}
    return texts


def singular(text: str | Sequence[str]) -> str:
    """A text, or the first of its forms."""
    return text if isinstance(text, str) else text[0]


def package(name: str) -> Path:
    """The folder of an installed package."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


def languages() -> list[str]:
    """The languages that have a catalogue."""
    return sorted(folder.name for folder in LOCALES.iterdir() if folder.is_dir())


def path(language: str, suffix: str = "po") -> Path:
    """The file with the texts of a language: people write `po`, the catalogue reads `mo`."""
    return LOCALES / language / "LC_MESSAGES" / f"django.{suffix}"


def translated(language: str) -> Catalog:
    """The texts of a language as its file has them; none if there is no file yet."""
    if not path(language).exists():
        return Catalog(locale=language, project="role catalogue", charset="utf-8")
    with path(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def updated(language: str) -> bytes:
    """The file of a language as it is to be: each marked text once, with the translation it has."""
    texts = translated(language)
    # A guess at a translation is worse than none, and a date in the head would differ at each call.
    texts.update(marked(language), no_fuzzy_matching=True, update_creation_date=False)
    file = BytesIO()
    write_po(file, texts, width=0, sort_output=True, ignore_obsolete=True, include_lineno=False)
    return file.getvalue()


def compile_texts(language: str) -> None:
    """Write the file that the running catalogue reads. A text that lacks a form stays in English."""
    whole = Catalog(locale=language, charset="utf-8")
    for message in translated(language):
        forms = message.string if isinstance(message.string, tuple | list) else [message.string]
        if message.id and all(forms) and not message.fuzzy:
            whole.add(message.id, message.string, context=message.context)
    with path(language, "mo").open("wb") as file:
        write_mo(file, whole)


def main(arguments: list[str]) -> None:
    """Do what the one argument says, for every language."""
    if arguments not in (["update"], ["compile"]):
        sys.exit(__doc__)
    for language in languages():
        if arguments == ["update"]:
            path(language).write_bytes(updated(language))
        else:
            compile_texts(language)


if __name__ == "__main__":
    main(sys.argv[1:])
