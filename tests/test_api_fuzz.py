"""What nobody thought of: requests made from the API's description, right and wrong, by schemathesis.

Every answer has to be one that the description announces, and what it forbids has to be refused.
"""

import os
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case, Response
from schemathesis.checks import CheckContext, CheckFunction
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.errors import ProblemType
from roles.documents.document import Capability, Interaction
from tests.builders import FULL, document, edit, written
from tests.contract.snapshot import described

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))
KINDS = {kind.address: kind for kind in ProblemType}
# A schema cannot say which cursors there are, nor that an order by relevance needs words.
BEYOND_SCHEMAS = {("query", "cursor"), ("query", "sort")}
# No network is between, that would unpack what was packed.
PLAIN = {"Accept-Encoding": "identity"}

api = schemathesis.openapi.from_dict(described())
api.app = get_wsgi_application()


@schemathesis.check
def problems_are_of_a_known_kind(context: CheckContext, response: Response, case: Case[Any]) -> None:
    """Each error has a type that is explained, of the status that it came with."""
    if response.status_code >= 400:
        content = response.json()
        assert KINDS[content["type"]].status == response.status_code == content["status"]


@schemathesis.check
def what_was_read_is_not_sent_again(context: CheckContext, response: Response, case: Case[Any]) -> None:
    """What has an ETag is answered with 304 to whoever has it."""
    if response.status_code == 200 and case.method == "GET" and "etag" in response.headers:
        again = case.call(headers=PLAIN | {"If-None-Match": response.headers["etag"][0]})
        assert (again.status_code, again.content) == (304, b"")


def is_beyond_schemas(response: Response) -> bool:
    """Whether a request was refused for nothing but what its description could not forbid."""
    if response.status_code != 422:
        return False
    return {(fault["location"], fault["name"]) for fault in response.json()["errors"]} <= BEYOND_SCHEMAS


@pytest.fixture
def few_roles(db: None) -> None:
    """A role that says something in every field, and one that is its neighbour and has been changed."""
    written(FULL)
    written(
        document(
            "Ferry Master",
            slug="data-engineer",
            family="River Works",
            seniority="Senior",
            capabilities=(Capability(name="Carpentry", level="Novice"),),
            interactions=(Interaction(kind="Receives from", partner="Bridge Keeper"),),
        )
    )
    edit("data-engineer", mission="Row.")


@api.parametrize()
@settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@pytest.mark.usefixtures("few_roles")
def test_no_request_is_answered_otherwise_than_announced(case: Case[Any]) -> None:
    response = case.call(headers=PLAIN)
    excluded: list[CheckFunction] = [positive_data_acceptance] if is_beyond_schemas(response) else []
    case.validate_response(response, excluded_checks=excluded)
