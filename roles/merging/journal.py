"""Changes of rows that can be taken back exactly.

An entry is JSON. Taken back, the latest first, the rows are what they were; what somebody changed since is
left as it is, and counted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

from roles.documents.document import Json
from roles.models.vocabulary import chunks


class Journal:
    """Makes changes and notes them."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Json]] = []

    def change(self, rows: QuerySet[Any], column: str, value: Json) -> None:
        """Give rows a value in a column."""
        before: dict[Json, list[int]] = defaultdict(list)
        for pk, old in rows.order_by("pk").values_list("pk", column):
            if old != value:
                before[old].append(pk)
        for old, pks in before.items():
            self._note("changed", rows.model, column=column, before=old, after=value, rows=pks)
            for some in chunks(pks):
                rows.model._default_manager.filter(pk__in=some).update(**{column: value})

    def make(self, row: Model) -> None:
        """Store a new row."""
        row.save()
        self._note("made", type(row), values=values_of(row))

    def remove(self, row: Model) -> None:
        """Delete a row that no other row points at."""
        self._note("removed", type(row), values=values_of(row))
        row.delete()

    def _note(self, kind: str, model: type[Model], **said: Json) -> None:
        self.entries.append({"kind": kind, "model": model._meta.model_name, **said})


def take_back(entries: Sequence[Mapping[str, Json]]) -> Counter[type[Model]]:
    """Take changes back, and count by table the rows that somebody changed since, which are left."""
    left: Counter[type[Model]] = Counter()
    for entry in reversed(entries):
        model: Any = apps.get_model("roles", entry["model"])
        if entry["kind"] == "removed":
            # As it was: `save` would make it anew.
            model._default_manager.bulk_create([model(**entry["values"])])
        elif entry["kind"] == "made":
            values = entry["values"]
            deleted = model._default_manager.filter(**values).delete()[0]
            left[model] += not deleted and model._default_manager.filter(pk=values["id"]).exists()
        else:
            column = entry["column"]
            for some in chunks(entry["rows"]):
                untouched = model._default_manager.filter(pk__in=some, **{column: entry["after"]})
                left[model] += len(some) - untouched.update(**{column: entry["before"]})
    return +left


def values_of(row: Model) -> dict[str, Json]:
    """The values of a row by column."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def removed(entries: Iterable[Mapping[str, Json]], model: type[Model]) -> list[dict[str, Json]]:
    """The values of the rows of a table that were removed, as the entries have them."""
    name = model._meta.model_name
    return [entry["values"] for entry in entries if entry["kind"] == "removed" and entry["model"] == name]
