"""Whatever somebody puts into an address: each page answers, and none breaks."""

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from django.test import Client

from roles.documents.document import Capability
from roles.partners import link_partners
from tests.addresses import PARAMETERS, filled, public_patterns
from tests.builders import FULL, document, edit, written

# As they stand in an address. Lone surrogates and broken UTF-8 can only be written so.
VALUES = {
    "nothing": "",
    "NUL": "a%00b",
    "only NUL": "%00",
    "10,000 characters": "a" * 10_000,
    "5,000 words": "a+" * 5_000,
    "2,000 slugs": ",".join(f"role-{number}" for number in range(2_000)),
    "below nothing": "-1",
    "nought": "0",
    "more than a database counts": "9" * 30,
    "more digits than Python reads": "9" * 5_000,
    "just beyond 64 bits": "9223372036854775808",
    "digits of another script": "%D9%A3",
    "a superscript": "%C2%B2",
    "a fraction": "1.5",
    "not a number": "nan",
    "a lone surrogate": "%ED%A0%80",
    "broken UTF-8": "%FF%C3",
    "marks of direction": "%E2%80%AE%E2%80%8F",
    "a null character's picture, and controls": "%E2%90%80%0A%0D%09%1B",
    "quotes and wildcards": "%25_%27%22%5C%28%5B%2A",
    "the language of queries": 'NEAR(a b) OR "a"* AND NOT :* %26 | !'.replace(" ", "+").replace('"', "%22"),
    "markup": "%3Cscript%3E",
    "braces": "%7Bn%7D%7B%7B0%7D%7D%25%28name%29s",
    "pairs": "carpentry:advanced:x,:,a:,:b",
    "a colon": ":",
    "an address": "//evil.example/%2F..",
}


def broken(client: Client, addresses: Iterator[str] | list[str]) -> list[str]:
    """The addresses that are answered with neither a page, a way on, nor that they are wrong."""
    known = (200, 301, 302, 304, 308, 400, 401, 404, 422)
    client.raise_request_exception = False
    return [address[:200] for address in addresses if client.get(address).status_code not in known]


@pytest.fixture
def catalogue(db: None) -> None:
    written(FULL)
    written(document("Ferry Master", family="River Works"))
    link_partners()
    edit("bridge-keeper", summary="Keeps it shut.")


def queries(value: str) -> Iterator[str]:
    for name, route in public_patterns():
        place = filled(route, ["bridge-keeper"])[0]
        for parameter in PARAMETERS[name]:
            yield f"{place}?{parameter}={value}"


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_every_parameter_takes(client: Client, value: str) -> None:
    assert broken(client, queries(value)) == []


@pytest.mark.usefixtures("catalogue")
def test_parameters_that_need_others_take_anything(client: Client) -> None:
    found = []
    for value in VALUES.values():
        found += [
            f"/gap/?can={value}&at=advanced",
            f"/gap/?can=carpentry&at={value}",
            f"/gap/?from=bridge-keeper&to={value}",
            f"/gap/?to=bridge-keeper&level=carpentry:{value}",
            f"/compare/?role=bridge-keeper&revisions={value}",
            f"/compare/?roles=bridge-keeper&add={value}",
            f"/matrix/?family=river-works&page={value}",
            f"/matrix/?family=river-works&format=csv&sort={value}",
            f"/map/?role=bridge-keeper&depth={value}",
            f"/roles/?capability=carpentry:{value}",
            f"/roles/?property={value}:{value}",
        ]
    assert broken(client, found) == []


@pytest.mark.usefixtures("catalogue")
def test_every_parameter_takes_being_repeated(client: Client) -> None:
    found = [address + address.partition("?")[2].join(["&", "&"]) + "b" for address in queries("carpentry")]
    assert broken(client, found) == []


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("value", [value for value in VALUES.values() if value and "/" not in value])
def test_every_place_in_an_address_takes_anything(client: Client, value: str) -> None:
    # Here % is not quoted once more: it is part of what somebody typed.
    places = [
        place.replace("SAMPLE", value).replace("+", "%20")
        for _name, route in public_patterns()
        for place in filled(route, ["SAMPLE"], ["SAMPLE"])
        if "SAMPLE" in place
    ]
    assert places
    assert broken(client, places) == []


ODD = "a\x01b\x0bc\x1fd\x7fe\ufffef\uffffg\u202eh\u2028i"


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("value", [ODD, "\x00", "a" * 10_000, "{n}%(name)s", "\U0001f600"])
def test_a_job_description_takes_whatever_is_typed(client: Client, value: str) -> None:
    address = "/roles/bridge-keeper/job-description/"
    for further in ({}, {"word": "1"}):
        typed = dict.fromkeys(("title", "place", "pay", "hours", "start", "contact", "pick"), value)
        assert client.post(address, typed | further).status_code == 200


@pytest.mark.usefixtures("catalogue")
def test_every_page_shows_a_role_with_characters_that_no_xml_may_have(client: Client) -> None:
    odd = "a\ufffeb\uffffc\u202ed]]>e"
    written(document(f"Odd {odd}", slug="odd", mission=odd, family=odd, capabilities=(Capability(name=odd),)))
    edit("odd", summary=odd)
    places = [place for _name, route in public_patterns() for place in filled(route, ["odd", "roles"])]
    assert broken(client, places) == []
    assert client.post("/roles/odd/job-description/", {"word": "1", "pick": "mission"}).status_code == 200
    ElementTree.fromstring(client.get("/changes/feed.atom").content)  # noqa: S314
