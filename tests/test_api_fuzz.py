"""What nobody thought of: requests made from the API's description, right and wrong, by schemathesis.

Every answer has to be one that the description announces, and what it forbids has to be refused.
"""

import os
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case, Response
from schemathesis.checks import CheckContext, CheckFunction
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.errors import ProblemType
from roles.accounts import tokens
from roles.documents.document import Capability, Interaction
from roles.models.api_token import Scope
from tests.accounts import account
from tests.builders import FULL, document, edit, written
from tests.contract.snapshot import described

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))
# Every bound and type of every parameter takes minutes, and is left to `make fuzz`.
PHASES = [Phase.explicit, Phase.generate] if "FUZZ_EXAMPLES" in os.environ else [Phase.generate]
KINDS = {kind.address: kind for kind in ProblemType}
# What a schema cannot say: which cursors, words and moments there are, what only goes together with something
# else, what a document may hold. By operation, the faults' names.
BEYOND_SCHEMAS = {
    "": "cursor|sort|offset|updated_since",
    "get_roles_by_refs": r"/refs/\d+",
    "compare_roles": "role",
    "get_gap": "from|to|capability",
    "get_graph": "role|limit",
    "list_fitting_roles": "from|capability",
    "put_role": ".*",
    "patch_role": ".*",
    "create_proposal": ".*",
    "review_proposal": ".*",
    "create_load": ".*",
}
# No network is between, that would unpack what was packed.
PLAIN = {"Accept-Encoding": "identity"}

# What is stale is refused before its body is looked at.
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "412", "415", "422", "428", "429"]

config = SchemathesisConfig.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}})
api = schemathesis.openapi.from_dict(described(), config=config)
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
        sender = {"Authorization": response.request.headers["Authorization"]}
        again = case.call(headers=PLAIN | sender | {"If-None-Match": response.headers["etag"][0]})
        assert (again.status_code, again.content) == (304, b"")


def is_beyond_schemas(case: Case[Any], response: Response) -> bool:
    """Whether a request was refused for nothing but what its description could not forbid."""
    if response.status_code in (412, 428):
        return True
    if response.status_code != 422:
        return False
    problem = response.json()
    if problem["type"] != ProblemType.INVALID_REQUEST.address:
        return True
    operation = case.operation.definition.raw["operationId"]
    allowed = f"{BEYOND_SCHEMAS['']}|{BEYOND_SCHEMAS.get(operation, '')}"
    return all(re.fullmatch(allowed, fault["name"]) for fault in problem["errors"])


@pytest.fixture
def sent_by(in_process: None) -> dict[str, str]:
    """The headers of a program that may do everything, in a catalogue of two roles that work together."""
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
    made = tokens.make("Fuzz", account("reviewer"), list(Scope), timezone.now() + timedelta(days=1))
    return PLAIN | {"Authorization": f"Bearer {made.written}"}


# It makes no ZIP files; tests/test_api_loads.py does.
@pytest.mark.filterwarnings("ignore:Skipped test cases")
@api.parametrize()
@settings(
    max_examples=EXAMPLES,
    phases=PHASES,
    suppress_health_check=list(HealthCheck),
)
def test_no_request_is_answered_otherwise_than_announced(case: Case[Any], sent_by: dict[str, str]) -> None:
    # A request that is sent with the key of another one is not made at all.
    if re.fullmatch(r"[\x21\x23-\x7e]{1,200}", str(dict(case.headers).get("Idempotency-Key", ""))):
        case.headers["Idempotency-Key"] = uuid4().hex
    response = case.call(headers=sent_by)
    excluded: list[CheckFunction] = [positive_data_acceptance] if is_beyond_schemas(case, response) else []
    case.validate_response(response, excluded_checks=excluded, headers=sent_by)
