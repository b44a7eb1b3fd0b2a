"""Whether the database is ready for a command that works on roles."""

from django.core.management import CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _


def check_database() -> None:
    """Raise CommandError if the database can't be reached, or lacks tables of this version."""
    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        raise CommandError(_("The database can't be used: {error}").format(error=error)) from error
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        text = _("The database is not made for this version of the catalogue yet: run `prepare` first.")
        raise CommandError(text)
