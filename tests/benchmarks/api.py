"""How many requests in a second the API answers, beside its rivals and in a far larger catalogue.

All are served by granian as `python -m catalogue` starts it, from one SQLite file, and are asked in turn by
one client over as many connections; answers are not compressed. Ratios are formed within a round and their
medians printed, so a slow machine gives the same ones. `work` is the time that the server's processes
spent on an answer, which others at work on the machine hardly change.

The answers of Django REST framework are the same JSON as the API's, which is checked first. Datasette tells
rows of its tables, which is less than the API tells; and the same as the API, in SQL that was written for it.

One role is to be told as quickly as Datasette tells a row. Three times as quickly can't be: the view that
does the least, behind the same middleware, is in the table beside both.

Each role is asked for in turn, so that nobody keeps answers. Numbers of items are kept, as the API does.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from tests.benchmarks.datasette_app import address
from tests.benchmarks.load import Rate, ask, request, run
from tests.benchmarks.loading import say

ROUNDS = 5
SECONDS = float(os.environ.get("BENCH_SECONDS", "1.5"))
PORTS = {"few": 8546, "many": 8547, "datasette": 8548}
ASKED = 300
"""Roles that are asked for in turn."""


@dataclass(frozen=True, eq=False)
class Contender:
    """Something that answers, and with which requests it is asked."""

    name: str
    port: int
    requests: Sequence[bytes]
    status: int = 200


@dataclass(frozen=True, eq=False)
class Race:
    """What is measured, and how many times as quick as each of the others it is to be at least; 0 if that is
    only told.
    """

    what: str
    first: Contender
    others: Mapping[Contender, float]


def races(folder: Path) -> list[Race]:
    """All that is measured."""
    few, many, datasette = (PORTS[name] for name in ("few", "many", "datasette"))
    slugs, rows = (json.loads(Path(folder, f"{name}.json").read_bytes()) for name in ("slugs", "rows"))
    numbers = range(0, 200, 7)

    def each(address: str, values: Sequence[object]) -> list[bytes]:
        return [request(address.format(value)) for value in values]

    def known(slug: str) -> bytes:
        head, _body = ask(few, f"/api/v1/roles/{slug}")
        tag = next(line[6:] for line in head.decode().split("\r\n") if line.lower().startswith("etag: "))
        return request(f"/api/v1/roles/{slug}", If_None_Match=tag)

    listing, detail = each("/api/v1/roles?offset={}", numbers), each("/api/v1/roles/{}", slugs)
    bare = Contender("one statement, bytes", few, each("/api/bare/roles/{}", slugs))
    mine, its = Contender("the API", few, listing), Contender("the API", few, detail)
    hits = list(islice(_spellings("lighthouse", "beacon"), 5_000))
    searches = [request(f"/api/v1/roles?{urlencode({'q': hit})}") for hit in hits]
    counted = {"family": "lighthouse", "facets": "seniority,capability,artifact_type", "limit": 20}
    facets = [request(f"/api/v1/roles?{urlencode({**counted, 'q': hit})}") for hit in hits]
    drf, rows_of_it, same = "Django REST framework", "Datasette, rows", "Datasette, the same"
    row = Contender(rows_of_it, datasette, each("/few/roles_rolerevision/{}.json", rows))
    page = "/few/roles_role.json?_size=20&_sort=sort_key&status__exact=published&_shape=objects"
    return [
        Race(
            "list",
            mine,
            {
                Contender(drf, few, each("/api/drf/roles?offset={}", numbers)): 2,
                Contender(rows_of_it, datasette, [request(page)]): 3,
                Contender(same, datasette, [request(address("roles", offset=n)) for n in numbers]): 0,
                Contender("the API, many roles", many, listing): 0,
            },
        ),
        Race(
            "detail",
            its,
            {
                Contender(drf, few, each("/api/drf/roles/{}", slugs)): 2,
                row: 1,
                Contender(same, datasette, [request(address("role", slug=slug)) for slug in slugs]): 1,
                bare: 0.5,
            },
        ),
        Race("the least of a detail", bare, {row: 0}),
        Race("detail, known already", Contender("the API", few, list(map(known, slugs)), 304), {its: 1}),
        *(
            Race(what, Contender("the API, many roles", many, asked), {Contender("the API", few, asked): 0.5})
            for what, asked in (
                ("list", listing),
                ("detail", detail),
                ("search", searches),
                ("facets", facets),
            )
        ),
    ]


def _spellings(*words: str) -> Iterator[str]:
    """The words in ever other letters: the same is found each time, and never kept from the last."""
    text = " ".join(words)
    for shouted in product((False, True), repeat=len(text)):
        yield "".join(letter.upper() if loud else letter for letter, loud in zip(text, shouted, strict=True))


def compare(folder: Path) -> None:
    """Check that Django REST framework tells what the API tells."""
    slugs = json.loads(Path(folder, "slugs.json").read_bytes())
    for path in ("roles?offset=20", *(f"roles/{slug}" for slug in slugs[:20])):
        ours, theirs = (json.loads(ask(PORTS["few"], f"/api/{api}/{path}")[1]) for api in ("v1", "drf"))
        for name in ("next", "previous"):
            # Of the same pages, but with the parameters in another order, and without an offset of 0.
            assert (name in ours) == (name in theirs)
            assert (ours.pop(name, None) is None) == (theirs.pop(name, None) is None)
        assert ours == theirs, _first_difference(ours, theirs)


def _first_difference(ours: object, theirs: object, path: str = "") -> str:
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        return next(
            _first_difference(ours[k], theirs[k], f"{path}.{k}") for k in ours if ours[k] != theirs[k]
        )
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = enumerate(zip(ours, theirs, strict=True))
        return next(_first_difference(a, b, f"{path}.{n}") for n, (a, b) in pairs if a != b)
    return f"{path}: {ours!r} is told as {theirs!r}"


def measure(few: int, many: int) -> bool:
    """Print all rates with those of their rivals. Returns whether all are as they should be."""
    with TemporaryDirectory() as scratch, ExitStack() as stack:
        folder = Path(scratch)
        for name, count in (("few", few), ("many", many)):
            say(f"Writing {count:,} roles\n", sys.stderr)
            _python(folder, name, "manage.py", "migrate", "--verbosity", "0")
            _python(folder, name, "-m", "tests.benchmarks.api", "fill", str(few), str(count), str(folder))
        servers = {
            port: stack.enter_context(_serving(folder, "many" if name == "many" else "few", port))
            for name, port in PORTS.items()
        }
        compare(folder)
        return tell(races(folder), servers, few, many)


def tell(all_races: Sequence[Race], servers: Mapping[int, int], few: int, many: int) -> bool:
    """Run the races, round by round, and print a table. `servers` are processes by their ports."""

    def run_each(race: Race, seconds: float) -> list[Rate]:
        return [
            run(each.port, each.requests, seconds, server=servers[each.port], status=each.status)
            for each in (race.first, *race.others)
        ]

    for race in all_races:
        # The first requests of a process load what it needs.
        run_each(race, SECONDS / 2)
    rates: list[dict[int, list[Rate]]] = []
    for number in range(ROUNDS):
        say(f"Round {number + 1} of {ROUNDS}\n", sys.stderr)
        rates.append({place: run_each(race, SECONDS) for place, race in enumerate(all_races)})
    say(f"\nRequests in a second with {few:,} roles, and with {many:,}; medians of {ROUNDS} rounds\n\n")
    say(f"{'':24}{'':24}{'/s':>9}{'work ms':>9}{'bytes':>9}   ratio   wanted\n")
    as_wanted = True
    for place, race in enumerate(all_races):
        for column, contender in enumerate((race.first, *race.others)):
            rate = median(each[place][column].per_second for each in rates)
            work = 1000 * median(each[place][column].work for each in rates)
            size = rates[0][place][column].size
            line = f"{race.what if not column else '':24}{contender.name:24}{rate:9,.0f}{work:9.2f}{size:9,}"
            if column:
                ratio = median(each[place][0].per_second / each[place][column].per_second for each in rates)
                line += f"   {ratio:5.2f}"
                if wanted := race.others[contender]:
                    as_wanted &= ratio >= wanted
                    line += f"   {'at least' if ratio >= wanted else 'NOT'} {wanted:g}"
            say(f"{line}\n")
    busiest = max(rate.own_share for each in rates for row in each.values() for rate in row)
    say(f"\nAsking took at most {busiest:.0%} of one core.\n")
    return as_wanted


@contextmanager
def _serving(folder: Path, name: str, port: int) -> Iterator[int]:
    """Serve the catalogue with its rivals, or Datasette, from one of the files."""
    datasette = port == PORTS["datasette"]
    from catalogue.__main__ import server_command

    command = server_command(port)
    if datasette:
        command[command.index("wsgi")] = "asginl"
        command[command.index("--blocking-threads") + 1] = "1"
        command[-1] = "tests.benchmarks.datasette_app:application"
    server = subprocess.Popen(command, env=_environment(folder, name), start_new_session=True)
    try:
        _wait(lambda: ask(port, "/-/versions.json" if datasette else "/healthz"))
        yield server.pid
    finally:
        server.terminate()
        server.wait()


def _wait(look: Callable[[], object]) -> None:
    for _ in range(600):
        try:
            look()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError


def _environment(folder: Path, name: str) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.rival_settings",
        "DATABASE_URL": f"sqlite:///{folder}/{name}.sqlite3",
        "BENCH_DATABASE": f"{folder}/{name}.sqlite3",
        "SECRET_KEY": "for measuring only, and long enough to be no warning",
        "READ_ACCESS": "public",
        "DEBUG": "false",
        "SECURE_SSL": "false",
        "API_RATE_ADDRESS": "999999999/second",
    }


def _python(folder: Path, name: str, *command: str) -> None:
    subprocess.run([sys.executable, *command], env=_environment(folder, name), check=True)


def fill(few: int, count: int, folder: Path) -> None:
    """Fill the database that the settings name, and note which roles are asked for."""
    from roles.models import Role
    from tests.benchmarks import stock

    stock.fill(few, count)
    asked = Role.objects.order_by("pk")[stock.ONCE : min(few, stock.ONCE + ASKED)]
    for name, column in (("slugs", "slug"), ("rows", "revision_id")):
        Path(folder, f"{name}.json").write_text(json.dumps(list(asked.values_list(column, flat=True))))


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        import django

        django.setup()
        fill(int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
    else:
        documents = int(sys.argv[1])
        sys.exit(0 if measure(documents // 10, documents * 10) else 1)
