"""How quick the admin's pages are in a catalogue with ten times the roles: `make bench`.

Each catalogue is loaded once and asked in processes of its own. What is printed are medians of three rounds;
ratios are formed within a round, so a slow machine gives the same ones.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.benchmarks.documents import name_of, write_documents
from tests.benchmarks.loading import ROUNDS, say

if TYPE_CHECKING:
    from django.test import Client

PAGES = {
    "list of roles": "/admin/roles/role/",
    "search in it": "/admin/roles/role/?q=engineer",
    "form of a role": "/admin/roles/role/{}/change/",
    "list of capabilities": "/admin/roles/capability/",
    "inbox": "/admin/roles/role/inbox/",
    "quality report": "/admin/roles/role/quality/",
}
TIMES = 3


def fill(folder: Path) -> None:
    """Load the folder into the catalogue, and make who asks."""
    from django.contrib.auth.models import User

    from roles.loading.run import load

    assert not load([folder]).failed
    User.objects.create_superuser("bench")


def ask() -> dict[str, float]:
    """The seconds that each page takes, once it was opened before."""
    from django.contrib.auth.models import User
    from django.test import Client

    from roles.models import Role

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get())
    # Both catalogues have it, and it says the same in both.
    role = Role.objects.get(name=name_of(0))
    return {name: _seconds(client, page.format(role.pk)) for name, page in PAGES.items()}


def _seconds(client: "Client", address: str) -> float:
    taken = []
    for _ in range(TIMES + 1):
        started = time.perf_counter()
        assert client.get(address).status_code == 200
        taken.append(time.perf_counter() - started)
    return median(taken[1:])


def measure(few: int, many: int) -> None:
    """Print a table of medians for catalogues of about `few` and `many` role documents."""
    rounds: list[tuple[dict[str, float], dict[str, float]]] = []
    with TemporaryDirectory() as scratch:
        for count in (few, many):
            say(f"Loading {count:,} documents\n", sys.stderr)
            folder = Path(scratch, f"roles-{count}")
            write_documents(folder, count)
            _run(scratch, count, "manage.py", "migrate", "--verbosity", "0")
            _run(scratch, count, "-m", "tests.benchmarks.admin", "fill", str(folder))
        for number in range(ROUNDS):
            say(f"Round {number + 1} of {ROUNDS}\n", sys.stderr)
            small, large = (
                json.loads(_run(scratch, count, "-m", "tests.benchmarks.admin", "ask"))
                for count in (few, many)
            )
            rounds.append((small, large))
    say(f"\nPages of the admin on SQLite, medians of {ROUNDS} rounds, in milliseconds\n\n")
    say(f"{'documents':24}{few:9,}{many:9,}   ratio\n")
    for name in PAGES:
        taken = [1000 * median(each[side][name] for each in rounds) for side in (0, 1)]
        ratio = median(large[name] / small[name] for small, large in rounds)
        say(f"{name:24}{taken[0]:9.0f}{taken[1]:9.0f}   {ratio:.1f}\n")


def _run(scratch: str, count: int, *command: str) -> bytes:
    values = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TEST_DATABASE_URL": f"sqlite:///{scratch}/{count}.sqlite3",
    }
    done = subprocess.run(
        [sys.executable, *command], env=os.environ | values, check=True, stdout=subprocess.PIPE
    )
    return done.stdout


if __name__ == "__main__":
    if sys.argv[1] in ("fill", "ask"):
        import django

        django.setup()
        if sys.argv[1] == "fill":
            fill(Path(sys.argv[2]))
        else:
            sys.stdout.write(json.dumps(ask()))
    else:
        measure(int(sys.argv[1]) // 20, int(sys.argv[1]) // 2)
