"""How good the catalogue is: what may be better, what it costs, and where it is mended.

Nothing of it is kept: findings are looked for when somebody asks, in a fixed number of queries. Only what HR
set aside is a row of its own.
"""

from roles.quality.aside import set_aside, take_back
from roles.quality.finding import WORDS, Finding, Word
from roles.quality.kinds import ASPECTS, KINDS, POINTS, SEVERITIES, Kind
from roles.quality.places import place_of
from roles.quality.report import Head, Report, Score, may_see, report, report_of, state_of_loads

__all__ = [
    "ASPECTS",
    "KINDS",
    "POINTS",
    "SEVERITIES",
    "WORDS",
    "Finding",
    "Head",
    "Kind",
    "Report",
    "Score",
    "Word",
    "may_see",
    "place_of",
    "report",
    "report_of",
    "set_aside",
    "state_of_loads",
    "take_back",
]
