"""Queries that Django turns into SQL once, and not each time that they are asked."""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Prepared:
    """A query for rows of values, with at most one value that is put in later.

    Turning a query into SQL takes Django longer than the databases take to find a row. What the queryset
    hangs on besides that one value, such as who asks, must be the same for all who share it.
    """

    def __init__(self, queryset: QuerySet[Any, tuple[Any, ...]], asked: str | None = None) -> None:
        """`asked` is the value that stands in the queryset for the one that is asked for."""
        compiler = queryset.query.get_compiler(using=queryset.db)
        self._sql, params = compiler.as_sql()
        self._params = [(value, asked is not None and value == asked) for value in params]
        selected = [column for column, *_ in compiler.select]
        self._converters = compiler.get_converters(selected)

    def rows(self, asked: str | None = None) -> Iterator[tuple[Any, ...]]:
        """What the database finds for this value."""
        with connection.cursor() as cursor:
            cursor.execute(self._sql, [asked if is_asked else value for value, is_asked in self._params])
            for found in cursor.fetchall():
                row = list(found)
                for place, (converters, expression) in self._converters.items():
                    for convert in converters:
                        row[place] = convert(row[place], expression, connection)
                yield tuple(row)
