"""What somebody has read before they change it: `If-Match`, and `If-None-Match` for what is to be new.

They are evaluated as RFC 9110 (13.2) says, and a change that names nothing is refused as RFC 6585 says.
"""

from django.http import HttpRequest
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from api.errors import ProblemType, Refused


def read_tags(request: HttpRequest) -> set[str]:
    """The entity tags of which `If-Match` names one and `If-None-Match` none, marks for weak ones taken off.

    Answers that are compressed on their way have weak tags, and say the same. `If-Match: *` is not taken for
    any: it would overwrite what nobody has looked at.

    Raises:
        Refused: if `If-Match` names none.
    """
    named = _tags(request, "If-Match") - {"*"}
    if not named:
        raise Refused(
            ProblemType.PRECONDITION_REQUIRED,
            _(
                "Send the ETag of what you have read as If-Match, with its quotation marks. “*” does not do: "
                "it names nothing."
            ),
        )
    unwanted = _tags(request, "If-None-Match")
    return set() if "*" in unwanted else named - unwanted


def wants_new(request: HttpRequest) -> bool:
    """Whether something is to be made, and not to be changed if it is there: `If-None-Match: *`."""
    return "*" in _tags(request, "If-None-Match") and "If-Match" not in request.headers


def _tags(request: HttpRequest, header: str) -> set[str]:
    return {tag.removeprefix("W/") for tag in parse_etags(request.headers.get(header, ""))}
