"""Parting two words that were merged."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roles.documents.text import fold_key
from roles.merging.journal import removed, take_back
from roles.merging.refusal import CannotUndo, refuse_if_gone
from roles.merging.words import names_of, written_uses
from roles.models import Capability, CapabilityLevel, Merge, ProficiencyLevel, VocabularyItem


def undo_words(merge: Merge) -> list[str]:
    """Bring back the word that went, with all that pointed at it, but for what was changed since.

    Returns sentences about what is not as it was before the merge.

    Raises:
        CannotUndo: with the reason. Nothing is written then.
    """
    vocabulary: Any = apps.get_model("roles", merge.kind)
    kept: VocabularyItem | None = vocabulary.objects.filter(pk=merge.kept).first()
    refuse_if_gone(merge, kept)
    assert kept is not None
    entries = [entry for entry in merge.record["entries"] if _can_come_back(entry, merge)]
    [word] = removed(entries, vocabulary)
    _refuse_if_named(vocabulary, kept, word["name"])
    alias = vocabulary._meta.get_field("aliases").related_model
    # Whoever wrote the name again where the merge had put it meant the word that comes back.
    made = [
        entry["values"]["id"]
        for entry in entries
        if entry["model"] == alias._meta.model_name and entry["kind"] == "made"
    ]
    alias.objects.filter(item=kept.pk, folded=word["folded"]).exclude(pk__in=made).delete()
    left = _fitted(vocabulary, word, kept, entries)
    counted = take_back(entries)
    back = vocabulary.objects.get(pk=merge.gone)
    _follow_names(back, kept, merge.record["stayed"])
    for model, count in counted.items():
        text = ngettext(
            "%(count)d of %(what)s was changed or removed since and is left as it is.",
            "%(count)d of %(what)s were changed or removed since and are left as they are.",
            count,
        )
        left.append(text % {"count": count, "what": model._meta.verbose_name_plural})
    return left


def _refuse_if_named(vocabulary: Any, kept: VocabularyItem, name: str) -> None:
    folded = fold_key(name)
    bearer = vocabulary.objects.filter(folded=folded).first()
    if bearer is None:
        alias: Any = vocabulary._meta.get_field("aliases").related_model
        other = alias.objects.filter(folded=folded).exclude(item=kept.pk).select_related("item").first()
        bearer = other.item if other else None
    if bearer:
        text = _("“%(name)s” is a name of %(bearer)s by now. Take it away from there first.")
        raise CannotUndo(text % {"name": name, "bearer": bearer})


def _fitted(vocabulary: Any, word: dict[str, Any], kept: Any, entries: Sequence[dict[str, Any]]) -> list[str]:
    """Bring what comes back to what is free by now, and say what is not as it was."""
    told = []
    if vocabulary.objects.filter(slug=word["slug"]).exists():
        free = vocabulary.free_slug(word["name"])
        text = _("Its address name is now %(slug)s, for %(old)s is that of another word.")
        told.append(text % {"slug": free, "old": word["slug"]})
        word["slug"] = free
    if word.get("rank") is not None:
        holder = vocabulary.objects.filter(rank=word["rank"]).first()
        # The one that stayed gives back what the merge gave it.
        gives_back = holder == kept and any(entry.get("column") == "rank" for entry in entries)
        if holder and not gives_back:
            text = _("It has no rank now, for %(level)s has rank %(rank)d.")
            told.append(text % {"level": holder, "rank": word["rank"]})
            word["rank"] = None
    inverse = word.get("inverse_id")
    if inverse and inverse != word["id"] and not vocabulary.objects.filter(pk=inverse).exists():
        word["inverse_id"] = None
    return told


def _can_come_back(entry: dict[str, Any], merge: Merge) -> bool:
    """Whether what an entry would bring back has a place: the meaning of a level needs both its ends."""
    if entry["kind"] != "removed" or entry["model"] != CapabilityLevel._meta.model_name:
        return True
    ends: dict[str, Any] = {"capability": Capability, "proficiencylevel": ProficiencyLevel}
    columns = {"capability": "capability_id", "proficiencylevel": "proficiency_id"}
    [across] = ends.keys() - {merge.kind}
    return bool(ends[across].objects.filter(pk=entry["values"][columns[across]]).exists())


def _follow_names(back: VocabularyItem, kept: VocabularyItem, stayed: dict[str, list[int]]) -> None:
    """Link what was written since with a name of the word that is back to that word."""
    names = names_of(back)
    for model, link, written, rows in written_uses(type(back)):
        linked = rows.filter(**{link: kept.pk}).exclude(pk__in=stayed.get(model._meta.model_name or "", ()))
        new = [pk for pk, name in linked.values_list("pk", written) if fold_key(name) in names]
        rows.filter(pk__in=new).update(**{link: back.pk})
