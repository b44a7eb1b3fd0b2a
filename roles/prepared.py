"""Queries that Django turns into SQL once, and not each time that they are asked."""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Prepared:
    """A query for rows of values, some of which are put in later.

    Turning a query into SQL takes Django longer than the databases take to find a row. What the queryset
    hangs on besides those values, such as who asks, must be the same for all who share it.
    """

    def __init__(self, queryset: QuerySet[Any, tuple[Any, ...]], *asked: str | int) -> None:
        """`asked` are the values that stand in the queryset for those that are asked for."""
        compiler = queryset.query.get_compiler(using=queryset.db)
        self._sql, params = compiler.as_sql()
        places = {value: place for place, value in enumerate(asked)}
        self._params = [(value, places.get(value)) for value in params]
        selected = [column for column, *_ in compiler.select]
        self._converters = compiler.get_converters(selected)

    def rows(self, *asked: str | int) -> Iterator[tuple[Any, ...]]:
        """What the database finds for these values."""
        params = [value if place is None else asked[place] for value, place in self._params]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, params)
            for found in cursor.fetchall():
                row = list(found)
                for place, (converters, expression) in self._converters.items():
                    for convert in converters:
                        row[place] = convert(row[place], expression, connection)
                yield tuple(row)
