"""What the full-text search reads and finds."""

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _

from roles.models.role import Role

_Sql = tuple[str, tuple[str | int, ...]]


class SearchDocument(models.Model):
    """The words of a role, folded, in four weights; the databases' own indexes follow this table."""

    role = models.OneToOneField(
        Role, models.CASCADE, primary_key=True, related_name="search_document", verbose_name=_("role")
    )
    title = models.TextField(_("names and codes"), blank=True, default="")
    summary = models.TextField(_("mission, summary and description"), blank=True, default="")
    statements = models.TextField(_("statements"), blank=True, default="")
    agent = models.TextField(_("agent profile"), blank=True, default="")

    class Meta:
        ordering = ["role"]
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")

    def __str__(self) -> str:
        return self.title


class SearchTerm(models.Model):
    """A term of some search document, and a word that people know it by; misspelt words are held against it.

    Terms of what is no longer said may stay: a word is suggested only to those whom it leads to a role.
    """

    term = models.CharField(_("term"), max_length=64, primary_key=True)
    word = models.TextField(_("word as written"))

    class Meta:
        ordering = ["term"]
        verbose_name = _("search term")
        verbose_name_plural = _("search terms")

    def __str__(self) -> str:
        return self.word


class IndexField(models.TextField):  # type: ignore[type-arg]  # not subscriptable when run
    """A full-text index seen as a column; it can be matched with a query and nothing else."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return the column's type; no migration ever makes one."""
        return "tsvector"


@IndexField.register_lookup
class Match(Lookup):
    """`index__match="query"`, the query being in the language of the database in use."""

    lookup_name = "match"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> _Sql:
        """Match with SQLite's FTS5."""
        return self._joined(" MATCH ", "", compiler, connection)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> _Sql:
        """Match with PostgreSQL's text search."""
        return self._joined(" @@ to_tsquery('simple', ", ")", compiler, connection)

    def _joined(
        self, operator: str, end: str, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> _Sql:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left}{operator}{right}{end}", (*left_params, *right_params)


class SearchHitManager(models.Manager["SearchHit"]):
    """Hits exist for a query only, so there is nothing to list (and nothing for a dump of the database)."""

    def get_queryset(self) -> models.QuerySet["SearchHit"]:
        """Return no hits."""
        return super().get_queryset().none()


class SearchHit(models.Model):
    """A role as the full-text index sees it: an FTS5 table on SQLite, a view on PostgreSQL; never written to.

    Filter roles by `search_hit__index__match`; see `roles.search`.
    """

    role = models.OneToOneField(
        Role,
        models.DO_NOTHING,
        primary_key=True,
        db_constraint=False,
        related_name="search_hit",
        verbose_name=_("role"),
    )
    # FTS5 names the column that can be matched like the table.
    index = IndexField(db_column="roles_searchindex")
    rank = models.FloatField(_("rank"), help_text=_("Lower is better. SQLite only."))

    objects = SearchHitManager()

    class Meta:
        managed = False
        db_table = "roles_searchindex"
        default_permissions = ()
        ordering = ["role"]
        verbose_name = _("search hit")
        verbose_name_plural = _("search hits")

    def __str__(self) -> str:
        return str(self.role)
