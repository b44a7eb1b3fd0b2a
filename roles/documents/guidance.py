"""What each message code means and what to do about it, for `docs/messages.md` and for SARIF's rules."""

from dataclasses import dataclass

from roles.documents.messages import CODES, Severity


@dataclass(frozen=True, slots=True)
class Guidance:
    """Why a message is given, what its reader can do, and lines that show it where that helps."""

    cause: str
    cure: str
    example: str = ""


GUIDANCE: dict[str, Guidance] = {
    "not-utf8": Guidance(
        "The file holds bytes that are no UTF-8, most often because it was saved as Latin-1, Windows-1252"
        " or UTF-16.",
        "Save the file as UTF-8.",
    ),
    "nul-byte": Guidance(
        "The file holds NUL bytes: it is no text, or was damaged when it was copied.",
        "Remove the bytes, or restore the file from an earlier version.",
    ),
    "empty": Guidance(
        "The file holds nothing but white space.",
        "Write the role, or delete the file.",
    ),
    "no-title": Guidance(
        "The file has an identifier or a known section, but nothing that names the role.",
        "Give it a title, or a `name` in its front matter.",
        "# Data Engineer\n\n**Role Code:** DATA4002",
    ),
    "front-matter-invalid": Guidance(
        "What stands between the `---` lines is not YAML. Often a value has a colon or a `#` in it.",
        "Put such a value into quotes.",
        'name: "Engineer: Data"\nid: de-01',
    ),
    "front-matter-alias": Guidance(
        "The front matter uses a YAML alias (`*name`). A few of them can stand for gigabytes of text, so "
        "none is read.",
        "Write the value out where the alias stands.",
    ),
    "front-matter-too-deep": Guidance(
        "Lists and mappings of the front matter stand inside each other more than 20 levels deep.",
        "Write the values with fewer levels.",
    ),
    "front-matter-unclosed": Guidance(
        "The front matter has no line `---` that ends it.",
        "Add that line.",
        "name: Data Engineer\n---",
    ),
    "unreadable-file": Guidance(
        "The file or folder can't be read: its permissions forbid it, a link leads nowhere or to itself, "
        "it is no regular file, or its name is not UTF-8. Or the reader itself failed, which the message "
        "says.",
        "Mend what the message names. If the reader failed, report it with the file.",
    ),
    "too-large": Guidance(
        "The file is larger than 1 MiB, which no role document is.",
        "Move what does not describe the role out of the file, or the file out of the folder.",
    ),
    "path-taken": Guidance(
        "Two folders that are loaded together hold a file of the same relative path, so they would be "
        "taken for the same document.",
        "Load the folder that holds both.",
    ),
    "identifier-taken": Guidance(
        "The file states an identifier that the catalogue knows as another role's.",
        "Correct the identifier, here or in the catalogue.",
    ),
    "not-written": Guidance(
        "What the files of a role say together could not be kept; nothing of that role was changed.",
        "Mend what the message names. If it names nothing that is yours to mend, report it with the files.",
    ),
    "held-back": Guidance(
        "The file would take away more than half of what the role says: it may have been cut off or"
        " emptied by mistake.",
        "Restore the file. If it is right, choose in the admin, under Source documents, to load it all the"
        " same.",
    ),
    "word-lost": Guidance(
        "A word of the file is missing in the file that would be written of the role, or in its JSON. "
        "This is a fault of the program. The file itself is never rewritten while nobody edits the role.",
        "Report it with the lines that the message names.",
    ),
    "front-matter-not-a-mapping": Guidance(
        "The file starts with a line `---`, but no line of the form `key: value` follows. The text is "
        "kept as text.",
        "Write keys and values, or remove the `---` lines.",
    ),
    "front-matter-duplicate-key": Guidance(
        "A key of the front matter stands twice. The first counts, the other is kept beside it.",
        "Remove one of them, or join their values in a list.",
        "tags: [data, cloud]",
    ),
    "front-matter-unquoted": Guidance(
        "A value of the front matter holds a colon or another mark of YAML, so it is no YAML. It is read as "
        "it stands.",
        "Put the value into quotes.",
        "title: 'CEO: Chief Executive Officer'",
    ),
    "front-matter-value": Guidance(
        "A key that the catalogue knows has a value that it can't use, such as a list for a name. It is "
        "kept as written.",
        "Write the value in the form that the documents' description gives for it.",
        "name: Data Engineer\naliases: [DE, Data Plumber]",
    ),
    "slug-invalid": Guidance(
        "The slug has other characters than a-z, 0-9 and hyphens. A usable one is made of it.",
        "Write the slug as the message gives it.",
        "slug: data-engineer",
    ),
    "profile-id-invalid": Guidance(
        "The `id` has other characters than a-z, 0-9 and hyphens. It is used all the same.",
        "Write it in lower case with hyphens, in every file that states it.",
        "id: de-01",
    ),
    "unread-item": Guidance(
        "A list item is not in the form that its section has, so it is kept as text and can't be searched"
        " for or linked.",
        "Write it like the other items of the section.",
        "- **Delivers dataset** → Data Analyst (daily)",
    ),
    "unread-text": Guidance(
        "A section of items holds text that is no item. It is kept as text.",
        "Make it a list item, or move it into a section of text such as Job Description.",
    ),
    "unclosed-block": Guidance(
        "A code fence or an HTML comment is opened and never closed, so all that follows belongs to it.",
        "Close it where it should end.",
        "```\n…\n```",
    ),
    "duplicate-section": Guidance(
        "A section of text stands twice, or under two of its names. Both texts are kept, one after the "
        "other.",
        "Join them under one heading.",
    ),
    "outside-folder": Guidance(
        "A link in the folder leads to a file outside of it. It is not followed, so that a folder from "
        "elsewhere can't have other files read.",
        "Copy the file into the folder, or load the folder that it is in.",
    ),
    "conflict": Guidance(
        "A statement was changed in the file and, otherwise, in the catalogue. The catalogue's stays.",
        "HR decides between them in the admin, or a load with `--prefer` does; the next export then writes"
        " the decision into the file.",
    ),
    "differs": Guidance(
        "Two documents of one role disagree on a statement. The one that ranks first counts.",
        "Make them agree, or remove the statement from one of them.",
    ),
    "name-shared": Guidance(
        "Another role has the same name, and nothing says that they are one: they share no identifier, or"
        " their codes contradict each other. They are kept apart.",
        "If they are one role, delete this one in the catalogue, give both documents the same identifier "
        "or slug, and load again.",
    ),
    "slug-shared": Guidance(
        "Another role has the slug that the file states or its name gives, so this role has another address.",
        "Give one of them a slug of its own.",
        "slug: data-engineer-finance",
    ),
    "file-missing": Guidance(
        "A file that was loaded is gone from its folder. What it says stays in the catalogue.",
        "Put it back, or load with `--withdraw-missing` to withdraw what only this file said.",
    ),
    "file-withdrawn": Guidance(
        "A file that was loaded is gone from its folder, and what only it said was withdrawn, as was asked"
        " for with `--withdraw-missing`.",
        "Nothing, if the file was meant to go. Otherwise put it back and load again.",
    ),
    "role-deleted": Guidance(
        "HR deleted the role that the file describes. It stays deleted while the file does not change.",
        "Delete the file, or restore the role in the catalogue.",
    ),
    "role-returned": Guidance(
        "HR deleted the role that the file describes, and the file has changed since. The role is back as a "
        "draft, with its history and what HR had written.",
        "Publish the role, or delete it again and take the file away too.",
    ),
    "twin-document": Guidance(
        "Two documents of the same form describe one role.",
        "Join them, if they are meant to be one. Otherwise nothing: where they disagree, the one that was"
        " loaded first counts.",
    ),
    "waits-for-review": Guidance(
        "Changes from files are looked at first here (LOAD_REVIEW), or by whom they were loaded: readers go"
        " on seeing what was approved last.",
        "Nothing in the file. Somebody who may publish decides, under Proposals in the admin.",
    ),
    "unknown-heading": Guidance(
        "The heading names no section that the catalogue knows, or stands where that section can't. The "
        "section is kept as text.",
        "Nothing, if it is meant to be text. Otherwise use one of the headings of the documents' "
        "description.",
        "## Capabilities",
    ),
    "unknown-seniority": Guidance(
        "The seniority has no place in the order of levels, so it is found by its name only.",
        "HR gives it a rank in the admin, or the file uses a ranked one.",
        "default_seniority: Senior",
    ),
    "unknown-level": Guidance(
        "The proficiency has no place in the order of levels, so the capability meets no minimum.",
        "HR gives it a rank in the admin, or the file uses a ranked one.",
        "- **SQL** — Advanced (window functions)",
    ),
    "unknown-partner": Guidance(
        "No role bears the partner's name, or several do, so the name is no link.",
        "Nothing, if the role's document is still to come. Otherwise correct the name, or give the role "
        "an alias.",
    ),
    "partner-link": Guidance(
        "The partner's name is one role, but the link that it bears leads to another one. The name counts.",
        "Correct the link or the name.",
        "* **[Data Analyst](data_analyst.md)**: agrees on metrics",
    ),
    "not-a-role": Guidance(
        "The file has no identifier and no known section: an index, say, or notes. It is passed over.",
        "Nothing, if that is right. Otherwise give it an identifier.",
        "# Data Engineer\n\n**Role Code:** DATA4002",
    ),
}
"""What there is to know of every code of `messages.CODES`."""

_TITLES: dict[Severity, str] = {"error": "Errors", "warning": "Warnings", "info": "Worth knowing"}


def as_markdown() -> str:
    """The documentation of all codes, as a page."""
    chunks = [
        "# Messages",
        "What checking and loading role documents may say: `file:line: severity: message (code)`. A file "
        "with an error is not loaded, and what the catalogue\nlearned from its last good version stays. "
        "Whatever else is told of, nothing of the file is lost.",
        "This page is made of `roles/documents/guidance.py`: "
        "`python -m roles.documents messages > docs/messages.md`.",
    ]
    for kind, title in _TITLES.items():
        chunks.append(f"## {title}")
        for code in (code for code, severity in CODES.items() if severity == kind):
            found = GUIDANCE[code]
            chunks += [f"### {code}", found.cause, f"**What to do:** {found.cure}"]
            if found.example:
                chunks.append(f"````\n{found.example}\n````")
    return "\n\n".join(chunks) + "\n"
