"""Hypothesis strategies for files as many hands leave them over years: Markdown of any kind, in any place."""

import itertools
import re

from hypothesis import strategies as st

from roles.documents import sections as table

LABELS = ("Role Code", "Agent Name", "Success metric", "Success metrics", "Notes", "Level band", "Reports to")

_ITEMS = (
    *("- **@:** @", "- **@** — @ (@, @)", "- @ (@)", "- **@** → @ (@)", "- @ -> [@](@.md) (@) - @"),
    *(
        "- **@** (primary)",
        "- **@ (primary)** @",
        "* 10:00 @",
        "* **9 am - @:** @",
        "* @ (4)",
        '* **@:** "@"',
    ),
    *("- [x] @", "- `@`", "- **[@](@)**: @", "- > @", "- **@** @", "- → @", "- **@**\n\n  @\n\n  - @"),
    *(
        "- @\x07@",
        "- @: @",
        "+ @ => @: @",
        "-",
        "- **@** (type: @)",
        "- @ (type: @ (@))",
        "* 10:00 - 11:30 @",
    ),
    *("  *Notes*: @", "  *Success metric*: @, @", "  Notes: @", "  Success metrics: @", "  @", "    @"),
    *("- @ success metric: @", "- **@:** @ *Success metrics*: @", "- **@** → @\n  @\n  *Notes:* @"),
    *(
        "1. @",
        "1. ",
        "2. @",
        "2) **@**: @",
        "1984. @",
        "007. @",
        "- 3. @",
        "1. @\n1. @\n3. @",
        "-   1. @\n    - @",
    ),
    *(
        "- **Role Code:** @ @",
        "- Role Code: @",
        "1. **Role Code:** @",
        "- **Agent Name:** `@`",
        "- @\n\n\n  @",
    ),
    *(
        "- **@** → **[@](@#@)** (@ @): @",
        "- @ — @ — @",
        "- **@ — @**",
        "- **@**:",
        "- __@__: @",
        "- ***@***: @",
    ),
)
_TEXTS = (
    *(
        "@: @",
        "@",
        "@, @",
        "@, [@](@), **@**",
        "@.",
        "@  ",
        "__@__: @",
        "\x0c@",
        "@\u2028@",
        "@\\\n@",
        "&@; @",
    ),
    *("> @", "> ## @", "> - @\n> - @", ">@\n@", "[@]: @", "[@]: <@> '@'", '[@]: @\n  "@"', "![@](@ '@')"),
    *(
        "```@",
        "```",
        "~~~ @\n@\n~~~",
        "    @",
        "\t@",
        "<!-- @",
        "-->",
        "<!-- @ -->",
        "<!-- @\n\n@ -->",
        "<div>@",
    ),
    *(
        "</div>",
        "<details>\n<summary>@</summary>\n\n@\n\n</details>",
        "<@>",
        "[^@]: @",
        "@[^@]",
        "$$@$$",
        ": @",
    ),
    *("| @ | @ |\n|---|---|\n| @ | @ |", "| @ |\n|---|\n| @ | @ |", "@ | @\n:-|-:\n@ | @\n@"),
    "| @ | @ |\n|---|---|\n| Role code | @ |\n| REPORTS TO | [@](@) |\n| @ | @ | @ |\n| Level band | @ |",
    "| Field | Value |\n|---|---|\n| **Role Code** | `@` |\n| Reports to |  |\n| @ |  |\n|  | @ |\n| x |",
    *(
        "**Role Code:** @",
        "**Role Code**: `@`",
        "Role Code: @",
        "**Role Code:**",
        "**role code:** @ (@)",
        "**@:** @",
    ),
    *(
        "**Agent Name:** @",
        "Agent Name: `@`",
        "**Agent Name:** @ @",
        "",
        "",
        "",
        "---",
        "***",
        "---\n@: @\n---",
    ),
)
_HEADINGS = (
    *(
        "# @",
        "## @",
        "### @",
        "#### @",
        "##### @ #",
        "###### **@**",
        "## [@](@)",
        "## @ #@ ##",
        "##",
        "### ",
        "#@",
    ),
    *("@\n---", "@\n@\n===", "## `@` & @", "### Group", "### Group", "### group", "## @\n## @"),
)
_known = st.builds(
    lambda form, name: form.format(name),
    st.sampled_from(
        [*("# {}", "## {}", "### {}", "#### {}", "## **{}**:", "{}\n---", "{}\n===", "## {} ##", "## {} @")]
    ),
    st.sampled_from([name for section in table.KNOWN for name in (section.heading, *section.also)]),
)
_labelled = st.builds(
    lambda form, name: form.format(name),
    st.sampled_from(
        ["**{}:** @", "*{}*: @", "{}: @", "- {}: @", "  *{}:* @", "{}:", "  *{}*:", "(*{}*)", "{0} {0}: @"]
    ),
    st.sampled_from(LABELS),
)
_shapes = st.sampled_from([*_ITEMS, *_TEXTS, *_HEADINGS])
_indented = st.tuples(st.sampled_from(["", "", "", "", "  ", "    ", "> "]), _shapes | _labelled).map(
    lambda pair: "\n".join(pair[0] + line for line in pair[1].split("\n"))
)
_FRONTS = (
    *("", "# T @\n\n**Role Code:** X@\n", "**Role Code:** X@\n\n# @\n", "\n\n# T\n", "T @\n===\n"),
    *(
        "---\nid: a\nname: N @\nslug: n@\n---\n",
        "---\nid: a\nname: N\n---\n# @\n",
        "---\nslug: n\nname: N\n---\n",
    ),
    "---\nid: a\nname: N\ntitle: @\nfamily: [@]\ndepartment: @\naliases: [@, {@: @}]\ntags: @, @\n"
    "properties: {@: [@, @], @: {@: @}}\nidentifiers: {sap: @, 'A B': @}\nx: {@: @}\nx: @\n---\n",
    "---\n# @\nid: a # @\nname: N # @\nproperties: # @\n  # @\n  a: @ # @\nx: | # @\n  @\n"
    "  # @\ny: >2-\n    @\n"
    "# @\n---\n",
    '---\nname: "N\\u0041 @\\n@"\nid: \'a\'\nslug: "@"\nx: null\ny: ~\nz: !!str @\nw: &@ @\nv: !@ [@]\n---\n',
    "---\nname: N @\nid: @ @\nslug: @ @\nstatus: @\nfamily: @\nfamily: @\nidentifiers:\n  role-code: [@, @]\n"
    "  profile-id: @\n  sap: [@, @]\n---\n",
    "---\ntitle: N @\ndescription: >\n  @\n  @\n\ntags:\n- @\n- @: @\n"
    "aliases: @\ndefault_seniority: {a: @}\n---\n",
    "---\n@\n---\n# T\n**Role Code:** X\n",
    "---\n# @\n---\n# T\n**Role Code:** X\n",
    "---\nid: a\nname: Mission\n...\n@: @\n---\n",
)


def _numbered(text: str) -> str:
    """Each @ as a word that stands nowhere else, so that a loss of any can't be hidden by another."""
    count = itertools.count()
    return re.sub("@", lambda _: f"word{next(count)}", text)


messy_files = st.builds(
    lambda front, lines, newline: _numbered(front + "\n".join(lines)).replace("\n", newline),
    st.sampled_from(_FRONTS),
    st.lists(_known | _indented | _shapes, max_size=16),
    st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"]),
)
"""Texts of files; most of their words stand there once."""
