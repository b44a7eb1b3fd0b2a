"""Short role files for the tests of the documents package, and what is read from them."""

from pathlib import Path

from roles.documents.document import RoleDocument
from roles.documents.reader import parse

SAMPLES = Path(__file__).parent.parent / "fixtures" / "roles"
SEEDS = [SAMPLES / "data" / name for name in ("000_a2a96a4f86ac3375.txt", "004_beeb24fe9d0a9c72.txt")]

JOB_HEAD = "# Cook\n\n**Role Code:** COOK1\n\n"
PROFILE_HEAD = "---\nid: cook-01\nslug: cook\nname: Cook\ndefault_seniority: Senior\n---\n\n"


def document_of(text: str) -> RoleDocument:
    """What a file says that can be loaded."""
    parsed = parse(text.encode())
    assert parsed.document is not None, parsed.messages
    return parsed.document


def job(body: str) -> RoleDocument:
    """What a job description with these sections says."""
    return document_of(JOB_HEAD + body)


def profile(body: str) -> RoleDocument:
    """What a role profile with these sections says."""
    return document_of(PROFILE_HEAD + body)


def told(text: str) -> list[tuple[str, str, int]]:
    """The code, the severity and the line of each message that a file gives."""
    return [(message.code, message.severity, message.line) for message in parse(text.encode()).messages]
