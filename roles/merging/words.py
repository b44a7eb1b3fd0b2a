"""Two words of a vocabulary made one.

Everything that pointed at the one points at the other, and the name of the one is another name of the other.
Roles keep the names as they are written, so that no document changes, and loading the files again does
nothing.
"""

from collections.abc import Iterator
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from roles import store
from roles.documents.document import Json
from roles.documents.text import fold_key
from roles.merging.journal import Journal
from roles.merging.questions import Answer, Answers, Question, both
from roles.models import CapabilityLevel, Merge, VocabularyItem
from roles.store import Change

Word = TypeVar("Word", bound=VocabularyItem)

_OWN = frozenset({"id", "name", "folded", "sort_key", "slug"})
"""Columns that make a word this one and no other."""


def questions(kept: Word, gone: Word) -> list[Question]:
    """What both words say otherwise, each in its own way."""
    asked = [
        Question(
            name=field.name,
            label=str(field.verbose_name),
            kept=_shown(kept, field),
            gone=_shown(gone, field),
            can_be_both=field.name == "description",
        )
        for field in _fields(kept)
        if _both_say(kept, gone, field)
    ]
    for mine, other in _levels_of_both(kept, gone):
        if mine.meaning and other.meaning and mine.meaning != other.meaning:
            label = _("What %(level)s means") % {"level": _level_of(mine, kept)}
            asked.append(Question(f"level-{mine.pk}", label, mine.meaning, other.meaning, can_be_both=True))
    return asked


@transaction.atomic
def merge(kept: Word, gone: Word, change: Change, answers: Answers | None = None) -> Merge:
    """Let one word take the place of another, which is its other name from then on.

    What only one of them says is kept, and where both do, the answers decide.

    Raises:
        ValueError: if they are no two words of one vocabulary.
        ObjectDoesNotExist: if one of them is not there any more.
    """
    if type(kept) is not type(gone) or kept.pk == gone.pk:
        raise ValueError("two words of one vocabulary are needed")
    store.lock()
    kept.refresh_from_db()
    gone.refresh_from_db()
    answers = answers or {}
    journal = Journal()
    values = _values(kept, gone, answers)
    stayed = _written_as(gone, kept)
    _merge_levels(journal, kept, gone, answers)
    for relation in gone._meta.related_objects:
        if relation.related_model is not CapabilityLevel:
            rows = _rows(relation.related_model).filter(**{relation.field.name: gone.pk})
            journal.change(rows, relation.field.attname, kept.pk)
    options: Any = gone._meta
    alias, former = (options.get_field(name).related_model for name in ("aliases", "former_slugs"))
    if not alias.objects.filter(folded=gone.folded).exists():
        journal.make(alias(item=kept, name=gone.name))
    gone.refresh_from_db()
    gone_key, gone_name, slug = str(gone.pk), gone.name, gone.slug
    journal.remove(gone)
    if not former.objects.filter(slug=slug).exists():
        journal.make(former(item=kept, slug=slug))
    for column, value in values.items():
        journal.change(_rows(type(kept)).filter(pk=kept.pk), column, value)
    return Merge.objects.create(
        kind=options.model_name,
        kept=str(kept.pk),
        gone=gone_key,
        kept_name=kept.name,
        gone_name=gone_name,
        record={"entries": journal.entries, "stayed": stayed},
        author=change.author,
        author_name=change.author_name or (change.author.get_username() if change.author else ""),
        reason=change.reason,
    )


# What the words themselves say ------------------------------------------------------------------------------


def _fields(word: VocabularyItem) -> Iterator[Any]:
    yield from (field for field in word._meta.concrete_fields if field.name not in _OWN)


def _both_say(kept: Word, gone: Word, field: Any) -> bool:
    mine, other = getattr(kept, field.attname), getattr(gone, field.attname)
    return mine != other and _says(mine) and _says(other) and _of_the_other(kept, gone, field) != mine


def _says(value: Json) -> bool:
    return value not in ("", None)


def _shown(word: VocabularyItem, field: Any) -> str:
    value = getattr(word, field.name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(dict(field.flatchoices).get(value, value))


def _values(kept: Word, gone: Word, answers: Answers) -> dict[str, Json]:
    """What the columns of the word that stays are to hold, where that is something else than now."""
    values: dict[str, Json] = {}
    for field in _fields(kept):
        mine, other = getattr(kept, field.attname), _of_the_other(kept, gone, field)
        if _both_say(kept, gone, field):
            values[field.attname] = _chosen(answers.get(field.name, "kept"), mine, other)
        elif not _says(mine) and _says(other):
            values[field.attname] = other
    return {column: value for column, value in values.items() if value != getattr(kept, column)}


def _chosen(answer: Answer, mine: Json, other: Json) -> Json:
    if answer == "both" and isinstance(mine, str):
        return both(mine, other)
    return other if answer == "gone" else mine


def _of_the_other(kept: Word, gone: Word, field: Any) -> Json:
    """The value of the word that goes; where it points at itself, at the one that stays."""
    value = getattr(gone, field.attname)
    return kept.pk if isinstance(field, models.ForeignKey) and value == gone.pk else value


# What levels mean -------------------------------------------------------------------------------------------


def _merge_levels(journal: Journal, kept: Word, gone: Word, answers: Answers) -> None:
    column = _level_column(kept)
    if column is None:
        return
    for mine, other in _levels_of_both(kept, gone):
        meaning = mine.meaning or other.meaning
        if mine.meaning and other.meaning and mine.meaning != other.meaning:
            meaning = _chosen(answers.get(f"level-{mine.pk}", "kept"), mine.meaning, other.meaning)
        journal.change(CapabilityLevel.objects.filter(pk=mine.pk), "meaning", meaning)
        journal.remove(other)
    journal.change(CapabilityLevel.objects.filter(**{column: gone.pk}), f"{column}_id", kept.pk)


def _levels_of_both(kept: Word, gone: Word) -> list[tuple[CapabilityLevel, CapabilityLevel]]:
    """What both say of the same: of a level for two capabilities, of a capability for two levels."""
    column = _level_column(kept)
    if column is None:
        return []
    across = "proficiency" if column == "capability" else "capability"
    rows = CapabilityLevel.objects.select_related(across).order_by(across)
    others = {getattr(row, f"{across}_id"): row for row in rows.filter(**{column: gone.pk})}
    mine = rows.filter(**{column: kept.pk, f"{across}__in": list(others)})
    return [(row, others[getattr(row, f"{across}_id")]) for row in mine]


def _level_column(word: VocabularyItem) -> str | None:
    for relation in word._meta.related_objects:
        if relation.related_model is CapabilityLevel:
            return relation.field.name
    return None


def _level_of(row: CapabilityLevel, word: VocabularyItem) -> VocabularyItem:
    return row.proficiency if _level_column(word) == "capability" else row.capability


# Names as written -------------------------------------------------------------------------------------------


def names_of(word: VocabularyItem) -> set[str]:
    """The folded names of a word, other ones too."""
    options: Any = word._meta
    alias = options.get_field("aliases").related_model
    return {word.folded, *alias.objects.filter(item=word.pk).values_list("folded", flat=True)}


def _written_as(names: VocabularyItem, linked: VocabularyItem) -> dict[str, list[int]]:
    """Rows that are linked to a word although they are written with a name of another, by table."""
    meant = names_of(names)
    return {
        model._meta.model_name or "": [
            pk
            for pk, name in rows.filter(**{link: linked.pk}).values_list("pk", written)
            if fold_key(name) in meant
        ]
        for model, link, written, rows in written_uses(type(linked))
    }


def written_uses(vocabulary: type[VocabularyItem]) -> Iterator[tuple[type[models.Model], str, str, Any]]:
    """The tables in which roles use a vocabulary, each with its link, the column as written, and all rows."""
    for table in store.TABLES:
        for link, (model, name) in table.links.items():
            if model is vocabulary:
                yield table.model, link, name, _rows(table.model)
    for relation in vocabulary._meta.related_objects:
        if relation.name == "roles":
            name = f"{relation.field.name}_name"
            yield relation.related_model, relation.field.name, name, _rows(relation.related_model)


def _rows(model: Any) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = model._default_manager.order_by()
    return rows
