"""Lists of the API: what can be asked of one, which part of it is the answer, and in which form it is sent.

A list is a `Collection`; `listed` gives it an address. All of them know the same parameters beside their
filters, so that who has read one list can read any.
"""

from api.collections.collection import Collection, Facet, FacetValue, Reading, Sort
from api.collections.held import Held
from api.collections.listing import Listing, Slug, Text, selection, several
from api.collections.operation import answered, listed, page_schema

__all__ = [
    "Collection",
    "Facet",
    "FacetValue",
    "Held",
    "Listing",
    "Reading",
    "Slug",
    "Sort",
    "Text",
    "answered",
    "listed",
    "page_schema",
    "selection",
    "several",
]
