"""Things that happen at the same time."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connections

Result = TypeVar("Result")

at_once = pytest.mark.django_db(transaction=True, serialized_rollback=True)


class Threads:
    """Runs things at the same time, each over a connection of its own to a database that keeps all."""

    def run(self, *tasks: Callable[[], Result]) -> list[Result]:
        """What the tasks return, in their order."""
        start = threading.Barrier(len(tasks))

        def work(task: Callable[[], Result]) -> Result:
            try:
                start.wait(20)
                return task()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(tasks)) as pool:
            return [done.result(60) for done in [pool.submit(work, task) for task in tasks]]
