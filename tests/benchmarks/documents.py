"""Role files by the thousand, for measuring: 5 to 20 KB each, in both dialects, and always the same ones.

python -m tests.benchmarks.documents DIR COUNT
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

_SUBJECTS = (
    "Bridge", "Harbour", "Ledger", "Orchard", "Signal", "Archive", "Tunnel", "Weather", "Parcel", "Glacier",
    "Lantern", "Timber", "Quarry", "Festival", "Reservoir", "Workshop", "Library", "Canal", "Garden", "Mill",
)  # fmt: skip
_TRADES = (
    "Engineer", "Analyst", "Manager", "Designer", "Planner", "Inspector", "Architect", "Scientist", "Writer",
    "Coordinator", "Researcher", "Controller", "Specialist", "Administrator", "Advisor", "Operator",
)  # fmt: skip
_FIELDS = (
    "Night", "River", "Northern", "Coastal", "Digital", "Mountain", "Central", "Mobile", "Regional", "Winter",
    "Public", "Heavy", "Light", "Inner", "Outer", "Early", "Senior", "Remote", "Urban", "Rural",
)  # fmt: skip
_WORDS = (
    "keep", "measure", "plan", "repair", "record", "answer", "carry", "compare", "decide", "deliver", "tell",
    "follow", "gather", "inspect", "judge", "learn", "mend", "notice", "order", "prepare", "ask", "reduce",
    "sort", "teach", "the", "of", "and", "for", "with", "before", "after", "each", "every", "among", "within",
    "team", "report", "season", "supplier", "visitor", "budget", "schedule", "material", "risk", "standard",
    "quality", "safety", "cost", "delay", "agreement", "request", "change", "result", "method", "record",
)  # fmt: skip
_LEVELS = ("Novice", "Competent", "Advanced", "Expert", "Working")
_SENIORITIES = ("Junior", "Mid", "Senior", "Staff", "Principal")
_KINDS = ("Delivers report", "Receives request", "Consults", "Reviews with", "Hands over to", "Escalates to")
_RHYTHMS = ("daily", "weekly", "monthly", "per sprint", "on-demand")
_TYPES = ("document", "dataset", "plan", "dashboard", "tool")
_FAMILIES = 40
_MARKED = 0.15
"""The share of sentences with something bold, a link or code in them."""

SIZES = (2, 3, 3, 4, 5)
"""Long and short ones, most of them in between."""

_TWINS = 10
"""Each so manieth role has a second file, in the other dialect."""


def write_documents(folder: Path, count: int) -> None:
    """Write `count` role files below `folder`, in the folders of their job families."""
    for path, text in documents(count):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def documents(count: int, sizes: Sequence[int] = SIZES) -> Iterator[tuple[str, str]]:
    """Path and text of each of `count` role files, each of one of these sizes."""
    made = number = 0
    while made < count:
        random = Random(number)  # noqa: S311
        role = _Role(number, random, roles=count, sizes=sizes)
        yield role.path("md"), role.profile() if number % 2 else role.job_description()
        made += 1
        if number % _TWINS == 0 and made < count:
            yield role.path("txt"), role.job_description() if number % 2 else role.profile()
            made += 1
        number += 1


def name_of(number: int) -> str:
    """The name of role `number`, which no other role has."""
    number, subject = divmod(number, len(_SUBJECTS))
    number, trade = divmod(number, len(_TRADES))
    number, field = divmod(number, len(_FIELDS))
    name = f"{_FIELDS[field]} {_SUBJECTS[subject]} {_TRADES[trade]}"
    return f"{name} {number + 1}" if number else name


class _Role:
    def __init__(self, number: int, random: Random, *, roles: int, sizes: Sequence[int]) -> None:
        self.number = number
        self.random = random
        self.roles = roles
        self.name = name_of(number)
        self.slug = self.name.lower().replace(" ", "-")
        self.size = random.choice(sizes)

    def path(self, ending: str) -> str:
        return f"family_{self.number % _FAMILIES}/{self.slug}.{ending}"

    def sentence(self, fewest: int, most: int) -> str:
        chosen = self.random.choices(_WORDS, k=self.random.randint(fewest, most))
        if self.random.random() < _MARKED:
            chosen[-1] = self.random.choice(("**{}**", "`{}`", "[{}](https://example.org/)")).format(
                chosen[-1]
            )
        return " ".join(chosen).capitalize() + "."

    def phrase(self) -> str:
        return " ".join(self.random.choices(_WORDS, k=3)).capitalize()

    def topic(self) -> str:
        """What several roles have in common."""
        return f"{self.random.choice(_SUBJECTS)} {self.random.choice(_WORDS)}ing"

    def paragraphs(self, count: int) -> str:
        return "\n\n".join(" ".join(self.sentence(8, 20) for _ in range(4)) for _ in range(count))

    def partner(self) -> str:
        return name_of(self.random.randrange(self.roles))

    def distinct(self, make: "str", count: int) -> list[str]:
        found: dict[str, None] = {}
        while len(found) < count:
            found[getattr(self, make)()] = None
        return list(found)

    def profile(self) -> str:
        random, size = self.random, self.size
        lines = ["---", f"id: role-{self.number:05}", f"slug: {self.slug}", f"name: {self.name}"]
        lines += [f"default_seniority: {random.choice(_SENIORITIES)}", "---", ""]
        lines += [
            "# Mission",
            "",
            self.paragraphs(size),
            "",
            "# Short Description",
            "",
            self.paragraphs(1),
            "",
        ]
        lines += ["# Properties", ""]
        for name in self.distinct("phrase", 3):
            lines.append(f"- **{name}**: {', '.join(self.distinct('phrase', 3))}")
        lines += ["", "# Responsibilities", ""]
        for place, name in enumerate(self.distinct("phrase", 8 * size)):
            lines.append(f"- **{name}**{' (primary)' if place == 0 else ''}")
            lines.append(f"  *Success metric*: {self.sentence(6, 14)}")
        lines += ["", "# Capabilities", ""]
        for name in self.distinct("topic", 6 * size):
            lines.append(f"- **{name}** — {random.choice(_LEVELS)} ({self.sentence(4, 9)[:-1]})")
        lines += ["", "# Artifacts", ""]
        lines += [
            f"- **{name}** (type: {random.choice(_TYPES)})" for name in self.distinct("topic", 4 * size)
        ]
        lines += ["", "# Interactions", ""]
        for partner in self.distinct("partner", min(3 * size, self.roles // 2)):
            lines.append(f"- **{random.choice(_KINDS)}** → {partner} ({random.choice(_RHYTHMS)})")
            lines.append(f"  *Notes*: {self.sentence(8, 16)}")
        lines += ["", "# How the week goes", "", self.paragraphs(size)]
        return "\n".join(lines) + "\n"

    def job_description(self) -> str:
        size = self.size
        lines = [f"# {self.name}", "", f"**Role Code:** BENCH{self.number:05}", "", "## Job Description", ""]
        lines += [self.paragraphs(size + 1), "", "## Responsibilities", ""]
        lines += [f"* **{name}:** {self.sentence(15, 30)}" for name in self.distinct("phrase", 8 * size)]
        lines += ["", "### Role Variations", ""]
        lines += [f"* **{name}:** {self.sentence(12, 24)}" for name in self.distinct("topic", 3)]
        lines += ["", "## Average Daily Tasks", ""]
        lines += [f"* {8 + place:02}:30 {name}" for place, name in enumerate(self.distinct("phrase", 6))]
        lines += [
            "",
            "## Common Partners",
            "",
            ", ".join(self.distinct("partner", min(5, self.roles // 2))),
            "",
        ]
        lines += ["## Success Metrics", ""]
        lines += [f"* {self.sentence(6, 12)}" for _ in range(3 * size)]
        lines += ["", "## AI Agent Profile", "", f"**Agent Name:** {self.name.replace(' ', '')}_Guide", ""]
        lines += ["### System Prompt", ""]
        lines += [f"> {line}" if line else ">" for line in self.paragraphs(size).splitlines()]
        lines += ["", "### Personalities", ""]
        lines += [f"* **{name}:** {self.sentence(10, 20)}" for name in self.distinct("topic", 3)]
        lines += ["", "### Example Phrases", ""]
        lines += [f'* "{self.sentence(8, 14)}"' for _ in range(3)]
        lines += ["", "### Recommended MCP Servers", ""]
        lines += [
            f"* **{name.lower().split()[0]}**: {self.sentence(6, 12)}" for name in self.distinct("topic", 3)
        ]
        return "\n".join(lines) + "\n"


if __name__ == "__main__":
    write_documents(Path(sys.argv[1]), int(sys.argv[2]))
