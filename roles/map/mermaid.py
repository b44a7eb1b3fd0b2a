"""The graph as a flowchart in the language of Mermaid, for documents that draw it themselves."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from django.utils.translation import ngettext

from roles.graph import Edge, Flow, Graph, Node

# What means something within quotation marks: to Mermaid, or to the HTML and Markdown that it makes of it.
_SPECIAL: Final = re.compile(r"[^\w \-.,:()/+À-\U0010ffff]")


def mermaid(graph: Graph, left_out: int = 0) -> str:
    """Write a graph, families as groups, and in a remark how many nodes are left out.

    A line reads as a sentence: who, what, with whom. It has an arrow where something is given or received.
    """
    return "\n".join([*_lines(graph, left_out), ""])


def _lines(graph: Graph, left_out: int) -> Iterator[str]:
    yield "flowchart LR"
    if left_out:
        said = ngettext(
            "%(n)d role with few partners is left out", "%(n)d roles with few partners are left out", left_out
        )
        yield f"  %% {said % {'n': left_out}}"
    ids = {key: f"n{number}" for number, key in enumerate(graph.nodes)}
    families: dict[str, list[Node]] = defaultdict(list)
    for node in graph.nodes.values():
        families[node.family_name].append(node)
    for number, (name, nodes) in enumerate(families.items()):
        if name:
            yield f'  subgraph f{number}["{_text(name)}"]'
        yield from (f"    {ids[node.key]}{_shape(node)}" for node in nodes)
        if name:
            yield "  end"
    for edge in graph.edges:
        yield f"  {ids[edge.who]} {_arrow(edge)}|{_quoted(edge.kind)}| {ids[edge.whom]}"


def _shape(node: Node) -> str:
    """A box for a role, a rounded one for a name that no role bears."""
    return f"[{_quoted(node.name)}]" if node.slug else f"([{_quoted(node.name)}])"


def _arrow(edge: Edge) -> str:
    return "---" if edge.flow == Flow.TOGETHER else "-->"


def _quoted(text: str) -> str:
    return f'"{_text(text)}"'


def _text(text: str) -> str:
    """Signs that mean something by their numbers."""
    return _SPECIAL.sub(lambda match: f"#{ord(match[0])};", " ".join(text.split()))
