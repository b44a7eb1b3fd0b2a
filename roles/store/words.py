"""The words of the shared vocabulary that statements link to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from roles.documents.text import fold_key
from roles.models.vocabulary import VocabularyItem, chunks
from roles.store.tables import Table, Values


def words(model: type[Any], names: Iterable[str | None]) -> dict[str, int]:
    """Ids of vocabulary by folded name, looked up by name and alias; what is new is added."""
    wanted: dict[str, str] = {}
    for name in names:
        if name:
            wanted.setdefault(fold_key(name), name)
    found = known_words(model, wanted)
    new = model.for_names(name for key, name in wanted.items() if key not in found)
    return found | {item.folded: item.pk for item in model.objects.bulk_create(new)}


def known_words(model: type[Any], folded: Collection[str]) -> dict[str, int]:
    """Ids of those words of a vocabulary that have one of these folded names, or had it once."""
    alias = model._meta.get_field("aliases").related_model
    found: dict[str, int] = {}
    for keys in chunks(folded):
        found |= dict(model.objects.filter(folded__in=keys).values_list("folded", "pk"))
    for keys in chunks(set(folded) - found.keys()):
        found |= dict(alias.objects.filter(folded__in=keys).values_list("folded", "item_id"))
    return found


def link(rows: Iterable[Any], links: Mapping[str, tuple[type[VocabularyItem], str]]) -> None:
    """Link unsaved rows to the words that they name, where they have no link yet; new words are added."""
    for column, (model, name) in links.items():
        unlinked = [row for row in rows if getattr(row, name) and getattr(row, f"{column}_id") is None]
        found = words(model, [getattr(row, name) for row in unlinked])
        for row in unlinked:
            setattr(row, f"{column}_id", found[fold_key(getattr(row, name))])


def set_links(table: Table, wanted: Sequence[tuple[Any | None, Values]]) -> None:
    """Find links into the vocabulary by the names as written, for rows and what they are to be.

    A row whose name stays keeps the link that it has: somebody may have chosen it.
    """
    for link, (model, name) in table.links.items():
        unlinked = [values for row, values in wanted if not _keeps_link(row, values, link, name)]
        found: Mapping[str, int] = words(model, [values[name] for values in unlinked])
        for values in unlinked:
            values[f"{link}_id"] = found[fold_key(values[name])] if values[name] else None


def _keeps_link(row: Any | None, values: Values, link: str, name: str) -> bool:
    """Give the values the link of the row, if it has one and its name stays. Returns whether that is so."""
    if row is None or fold_key(getattr(row, name)) != fold_key(values[name]):
        return False
    values[f"{link}_id"] = getattr(row, f"{link}_id")
    return values[f"{link}_id"] is not None or not values[name]
