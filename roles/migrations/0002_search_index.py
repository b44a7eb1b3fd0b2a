"""The databases' own full-text indexes over the table of search documents.

Its columns hold terms that `roles.search` has already made, so both indexes only split
at spaces.

Beware on SQLite: Django alters a table by making a new one and dropping the old one, and the triggers with
it. A later migration that alters `roles_searchdocument` must drop this index first and make it again at the
end, filled by `INSERT INTO roles_searchindex(roles_searchindex) VALUES ('rebuild')`.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = [
    # No category of characters but the separators separates words. Roles are joined by `role_id`, not by the
    # rowid: by the latter SQLite may look up each role in turn, and match anew for each, which takes seconds.
    """
    CREATE VIRTUAL TABLE roles_searchindex USING fts5(
        title, summary, statements, agent, role_id UNINDEXED,
        content='roles_searchdocument', content_rowid='role_id',
        tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'"
    )
    """,
    # Weights of the columns, in their order.
    "INSERT INTO roles_searchindex(roles_searchindex, rank) VALUES ('rank', 'bm25(20.0, 5.0, 2.0, 1.0)')",
    """
    CREATE TRIGGER roles_searchdocument_inserted AFTER INSERT ON roles_searchdocument BEGIN
        INSERT INTO roles_searchindex(rowid, title, summary, statements, agent)
        VALUES (new.role_id, new.title, new.summary, new.statements, new.agent);
    END
    """,
    """
    CREATE TRIGGER roles_searchdocument_deleted AFTER DELETE ON roles_searchdocument BEGIN
        INSERT INTO roles_searchindex(roles_searchindex, rowid, title, summary, statements, agent)
        VALUES ('delete', old.role_id, old.title, old.summary, old.statements, old.agent);
    END
    """,
    """
    CREATE TRIGGER roles_searchdocument_updated AFTER UPDATE ON roles_searchdocument BEGIN
        INSERT INTO roles_searchindex(roles_searchindex, rowid, title, summary, statements, agent)
        VALUES ('delete', old.role_id, old.title, old.summary, old.statements, old.agent);
        INSERT INTO roles_searchindex(rowid, title, summary, statements, agent)
        VALUES (new.role_id, new.title, new.summary, new.statements, new.agent);
    END
    """,
]
SQLITE_UNDONE = [
    "DROP TRIGGER roles_searchdocument_updated",
    "DROP TRIGGER roles_searchdocument_deleted",
    "DROP TRIGGER roles_searchdocument_inserted",
    "DROP TABLE roles_searchindex",
]

POSTGRESQL = [
    """
    ALTER TABLE roles_searchdocument ADD COLUMN vector tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple'::regconfig, title), 'A') ||
        setweight(to_tsvector('simple'::regconfig, summary), 'B') ||
        setweight(to_tsvector('simple'::regconfig, statements), 'C') ||
        setweight(to_tsvector('simple'::regconfig, agent), 'D')
    ) STORED
    """,
    # Without a list of pending entries, a bulk load leaves searches as fast as they were.
    """
    CREATE INDEX roles_searchdocument_vector ON roles_searchdocument
    USING gin (vector) WITH (fastupdate = off)
    """,
    # Gives the index the shape of SQLite's, so that one model reads both.
    """
    CREATE VIEW roles_searchindex AS
    SELECT role_id, vector AS roles_searchindex, 0::double precision AS rank
    FROM roles_searchdocument
    """,
]
POSTGRESQL_UNDONE = [
    "DROP VIEW roles_searchindex",
    # Its index goes with it.
    "ALTER TABLE roles_searchdocument DROP COLUMN vector",
]


def make_index(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the index of the database in use, with triggers or a generated column that keep it right."""
    _run(schema_editor, {"sqlite": SQLITE, "postgresql": POSTGRESQL})


def drop_index(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the index and what keeps it right."""
    _run(schema_editor, {"sqlite": SQLITE_UNDONE, "postgresql": POSTGRESQL_UNDONE})


def _run(schema_editor: BaseDatabaseSchemaEditor, statements: dict[str, list[str]]) -> None:
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("roles", "0001_initial")]

    operations = [migrations.RunPython(make_index, drop_index)]
