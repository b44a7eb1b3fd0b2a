"""Role documents into tables and back, and the revision that each change makes.

There are two ways in. `write` takes documents and changes the rows whose statements differ, matched by
statement key; `save_rows` takes rows that a person edited. Both store the document as the role's newest
revision in the same transaction, with its words for search and its Markdown as HTML. So the newest
revision is always what `read` would make of the tables.
"""

from roles.store.reading import current, read
from roles.store.recording import Change, lock, publish, take_numbers
from roles.store.rows import save_rows, write_properties
from roles.store.tables import NAMES, PROPERTIES, TABLES
from roles.store.words import known_words, link
from roles.store.writing import (
    IdentifierTaken,
    SlugTaken,
    Written,
    free_slug,
    taken,
    taken_slugs,
    write,
    write_all,
)

__all__ = [
    "NAMES",
    "PROPERTIES",
    "TABLES",
    "Change",
    "IdentifierTaken",
    "SlugTaken",
    "Written",
    "current",
    "free_slug",
    "known_words",
    "link",
    "lock",
    "publish",
    "read",
    "save_rows",
    "take_numbers",
    "taken",
    "taken_slugs",
    "write",
    "write_all",
    "write_properties",
]
