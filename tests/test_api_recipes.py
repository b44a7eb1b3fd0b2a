"""The recipes of docs/recipes.md: each command is run as it is written, and prints what the page says."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from api.docs import RECIPES
from roles.accounts import tokens
from roles.models.api_token import Scope
from tests.accounts import account
from tests.builders import SAMPLES
from tests.threads import at_once

NEEDED = ("bash", "curl", "git", "jq")
BLOCK = re.compile(
    r"^```sh\n(?P<shown>.*?)^```\n(?:\n```text\n(?P<output>.*?)^```)?|^<!-- meanwhile\n(?P<hidden>.*?)^-->",
    re.MULTILINE | re.DOTALL,
)


class Step(NamedTuple):
    """A command of the page, and what it prints there; nothing if the page does not say."""

    command: str
    output: str | None


def steps() -> Iterator[Step]:
    for found in BLOCK.finditer(RECIPES.read_text()):
        yield Step(found["shown"] or found["hidden"], found["output"])


def repository(folder: Path) -> None:
    """A repository with the samples, of which one has changed since they were loaded."""
    shutil.copytree(SAMPLES, folder / "roles")
    changed = folder / "roles" / "data" / "data_scientist.md"
    changed.write_text(changed.read_text().replace("Most questions", "Many questions"))
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "Say what comes first"]):
        subprocess.run([str(shutil.which("git")), *command], cwd=folder, check=True, env=environment())


def environment(**values: str) -> dict[str, str]:
    person = {
        f"GIT_{role}_{what}": "hanna@example.com"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    return os.environ | person | values | {"GIT_CONFIG_GLOBAL": os.devnull}


@at_once
@pytest.mark.skipif(not all(map(shutil.which, NEEDED)), reason=f"not all of {', '.join(NEEDED)} are here")
def test_every_recipe_prints_what_the_page_says(live_server: LiveServer, tmp_path: Path) -> None:
    call_command("load_roles", verbosity=0)
    repository(tmp_path)
    token = tokens.make("Recipes", account("reviewer"), list(Scope), timezone.now() + timedelta(days=1))
    variables = environment(CATALOGUE=live_server.url, TOKEN=token.written)
    for command, output in steps():
        done = subprocess.run(
            [str(shutil.which("bash")), "-euo", "pipefail", "-c", command],
            cwd=tmp_path,
            env=variables,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), command
        assert done.stdout == (output or ""), command


def test_the_page_has_its_five_recipes() -> None:
    titles = re.findall("^## (.*)", RECIPES.read_text(), re.MULTILINE)
    assert titles == [
        "Keep an HR system in step",
        "Take one role by its code",
        "Push edits",
        "Load after a merge",
        "Feed an agent",
    ]
