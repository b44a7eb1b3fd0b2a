"""How long loading takes beside parsing alone, and how much memory: `make bench`.

Each step is a process of its own, so that each has its own peak of memory. What is printed are medians of
three rounds; ratios are formed within a round, so a slow machine gives the same ones.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TextIO

from tests.benchmarks.documents import write_documents

ROUNDS = 3


def parse_all(folder: Path) -> None:
    """Read and parse each file, and forget it."""
    from roles.documents.discover import discover
    from roles.documents.reader import parse

    for found in discover([folder]):
        assert parse(found.read()).document is not None


def load_all(folder: Path) -> None:
    """Load the folder into the catalogue."""
    from roles.loading.run import load

    assert not load([folder]).failed


STEPS: dict[str, Callable[[Path], None]] = {"parse": parse_all, "load": load_all}


def run_step(step: str, folder: Path) -> None:
    """Do one step and print its seconds and its peak of memory in MB."""
    import django

    django.setup()
    started = time.perf_counter()
    STEPS[step](folder)
    seconds = time.perf_counter() - started
    # Linux counts in KB, macOS in bytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    sys.stdout.write(json.dumps({"seconds": seconds, "peak": peak}))


def measure(count: int) -> None:
    """Print a table of medians."""
    rounds = []
    with TemporaryDirectory() as scratch:
        folder = Path(scratch, "roles")
        write_documents(folder, count)
        for number in range(ROUNDS):
            say(f"Round {number + 1} of {ROUNDS}: {count:,} documents\n", sys.stderr)
            values = {"DJANGO_SETTINGS_MODULE": "tests.settings"}
            values["TEST_DATABASE_URL"] = f"sqlite:///{scratch}/{number}.sqlite3"
            manage = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            subprocess.run(manage, env=os.environ | values, check=True)
            rounds.append([step(name, folder, values) for name in ("parse", "load", "load")])
    say(f"\n{count:,} documents on SQLite, medians of {ROUNDS} rounds\n\n")
    say(f"{'':24}{'seconds':>9}{'peak MB':>9}   ratio\n")
    names = ("parsing alone", "first load", "loading again unchanged")
    said = ("", "{:.2f} times parsing alone", "{:.3f} of the first load")
    for place, name in enumerate(names):
        seconds = median(each[place]["seconds"] for each in rounds)
        peak = median(each[place]["peak"] for each in rounds)
        ratio = median(each[place]["seconds"] / each[max(place - 1, 0)]["seconds"] for each in rounds)
        say(f"{name:24}{seconds:9.2f}{peak:9.0f}   {said[place].format(ratio)}\n")


def step(name: str, folder: Path, values: dict[str, str]) -> dict[str, float]:
    """Do one step in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.loading", name, str(folder)]
    done = subprocess.run(command, env=os.environ | values, check=True, capture_output=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def say(text: str, stream: TextIO | None = None) -> None:
    """Write to the terminal at once."""
    stream = stream or sys.stdout
    stream.write(text)
    stream.flush()


if __name__ == "__main__":
    if sys.argv[1] in STEPS:
        run_step(sys.argv[1], Path(sys.argv[2]))
    else:
        measure(int(sys.argv[1]))
