"""What somebody has read before they change it: `If-Match`, and `If-None-Match` for what is to be new."""

from django.http import HttpRequest
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from api.errors import ProblemType, Refused
from api.schemas.problems import Fault


def read_tags(request: HttpRequest) -> set[str]:
    """The entity tags that `If-Match` names, a mark for weak ones taken off.

    Answers that are compressed on their way have weak tags, and say the same. `*` is not taken for any: it
    would overwrite what nobody has looked at.

    Raises:
        Refused: without any.
    """
    named = {tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-Match", ""))} - {"*"}
    if not named:
        raise Refused(
            ProblemType.PRECONDITION_REQUIRED,
            _("Send the ETag of what you have read as If-Match. “*” does not do: it names nothing."),
        )
    return named


def wants_new(request: HttpRequest) -> bool:
    """Whether something is to be made, and not to be changed if it is there: `If-None-Match: *`.

    Raises:
        Refused: if the header has anything else, which would go unheard.
    """
    stated = request.headers.get("If-None-Match")
    if stated is None or stated.strip() == "*":
        return stated is not None
    text = _("Takes only *, to make what is not there yet. For what you have read, send If-Match")
    fault = Fault(location="header", name="If-None-Match", detail=text)
    raise Refused(ProblemType.INVALID_REQUEST, f"If-None-Match: {text}.", faults=[fault])
