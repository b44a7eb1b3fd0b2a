"""A client that is generated from the description serves a program, with every type that it needs."""

import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from django.contrib.auth.models import User
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType

from roles.accounts import tokens
from roles.models.api_token import Scope
from tests.builders import FULL, document, written
from tests.contract.snapshot import SNAPSHOT

NAME = "generated_client"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a package with the client, made from nothing but the description that is kept."""
    folder = tmp_path_factory.mktemp("generated")
    stated = ConfigFile(post_hooks=[], content_type_overrides={"application/zip": "application/octet-stream"})
    config = Config.from_sources(stated, MetaType.NONE, SNAPSHOT, "utf-8", False, folder / NAME)
    assert [error.header for error in generate(config=config)] == []
    sys.path.insert(0, str(folder))
    yield NAME
    sys.path.remove(str(folder))
    for module in [name for name in sys.modules if name.partition(".")[0] == NAME]:
        del sys.modules[module]


def options() -> dict[str, Any]:
    """What leads a generated client to the catalogue in this process."""
    transport = httpx.WSGITransport(app=get_wsgi_application())
    return {
        "base_url": "http://testserver",
        "raise_on_unexpected_status": True,
        "httpx_args": {"transport": transport},
    }


@pytest.fixture
def client(package: str, in_process: None) -> Iterator[Any]:
    """The generated client of a program without a token."""
    with import_module(package).Client(**options()) as made:
        yield made


@pytest.fixture
def writer(package: str, reviewer: User, in_process: None) -> Iterator[Any]:
    """The generated client of a program with the token of somebody who may publish."""
    token = tokens.make("HR sync", reviewer, list(Scope), timezone.now() + timedelta(days=1))
    with import_module(package).AuthenticatedClient(**options(), token=token.written) as made:
        yield made


def operation(package: str, name: str) -> ModuleType:
    return import_module(f"{package}.api.{name}")


def test_every_operation_is_in_the_generated_client(package: str) -> None:
    folder = Path(str(import_module(package).__file__)).parent / "api"
    found = {file.stem for file in folder.glob("*/*.py")} - {"__init__"}
    assert found >= {"list_roles", "get_role", "get_quality"}


def test_a_program_follows_the_pages_of_a_list(package: str, client: Any) -> None:
    for number in range(3):
        written(document(f"Baker {number}"))
    list_roles = operation(package, "roles.list_roles").sync
    first = list_roles(client=client, limit=2)
    second = list_roles(client=client, limit=2, offset=2)
    assert [role.slug for role in first.items + second.items] == ["baker-0", "baker-1", "baker-2"]
    assert (first.count, second.next_) == (3, None)


def test_a_program_reads_all_that_a_role_says(package: str, client: Any) -> None:
    written(FULL)
    answer = operation(package, "roles.get_role").sync_detailed("bridge-keeper", client=client)
    role = answer.parsed
    assert (role.name, role.agent.name, role.members[0].role_code) == (
        "Bridge Keeper",
        "Bridge_Bot",
        "TOLL1001",
    )
    assert role.extra.to_dict() == FULL.extra
    said = json.loads(answer.content)
    assert role.to_dict() == said | {"updated_at": role.updated_at.isoformat()}


def test_a_program_gets_problems_as_values(package: str, client: Any) -> None:
    problem = operation(package, "roles.get_role").sync("nobody", client=client)
    assert type(problem).__name__ == "Problem"
    assert (problem.status, problem.type_) == (404, "/api/v1/docs/problems#not-found")


def test_a_program_that_has_an_answer_is_told_that_it_still_holds(package: str, client: Any) -> None:
    written(FULL)
    get_role = operation(package, "roles.get_role").sync_detailed
    etag = get_role("bridge-keeper", client=client).headers["ETag"]
    again = get_role("bridge-keeper", client=client, if_none_match=etag)
    assert (again.status_code, again.parsed) == (304, None)


def test_a_program_changes_what_it_has_read_and_nothing_newer(package: str, writer: Any) -> None:
    written(FULL)
    etag = operation(package, "roles.get_role").sync_detailed("bridge-keeper", client=writer).headers["ETag"]
    models = import_module(f"{package}.models")

    def patch() -> Any:
        body = models.RolePatch(mission="Get everybody across.")
        patch_role = operation(package, "roles.patch_role").sync
        return patch_role("bridge-keeper", client=writer, body=body, if_match=etag, reason="As agreed")

    assert patch().mission == "Get everybody across."
    stale = patch()
    assert (stale.status, stale.current.mission) == (412, "Get everybody across.")
