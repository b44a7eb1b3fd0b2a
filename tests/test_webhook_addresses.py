"""Where webhooks may send to: out into the internet, and nowhere inside unless the settings name it."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from roles.webhooks.addresses import AddressRefused, checked, is_public, read

INSIDE = [
    *("127.0.0.1", "127.8.9.10", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),  # noqa: S104
    *("169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1"),
    *("198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1", "fec0::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1"),
    *("64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:101::", "2001::1"),
    *("2001:db8::1", "100::1", "3fff::1", "5f00::1", "4000::1"),
]
OUTSIDE = [
    *("93.184.216.34", "8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111"),
    *("::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"),
]


def refusal(url: str, *resolved: str) -> str:
    """Why nothing is sent to an address, whose host has these IP addresses."""
    with pytest.raises(AddressRefused) as refused:
        checked(read(url), lambda host, port: resolved)
    return str(refused.value)


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_of_a_special_kind_is_no_public_one(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_what_holds_another_address_is_no_more_public_than_that(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    for held in ((0xFFFF << 32) | number, (0x64FF9B << 96) | number, (0x2002 << 112) | (number << 80)):
        assert is_public(address) or not is_public(ipaddress.IPv6Address(held))


@pytest.mark.parametrize("address", INSIDE)
def test_a_host_inside_is_refused_with_the_way_to_allow_it(address: str) -> None:
    said = refusal("https://hooks.example.org/", "93.184.216.34", address)
    assert address in said
    assert "WEBHOOK_ALLOWED_HOSTS has to name hooks.example.org." in said


def test_the_addresses_of_a_host_outside_are_those_that_are_connected_to() -> None:
    target = read("https://hooks.example.org:8443/in?x=1")
    assert (target.host, target.port, target.path) == ("hooks.example.org", 8443, "/in?x=1")
    found = ["93.184.216.34", "2606:4700::1111"]
    assert checked(target, lambda host, port: found) == found


@given(st.ip_addresses(v=4), st.data())
def test_no_spelling_of_an_ip_address_gets_past_the_check(
    address: ipaddress.IPv4Address, data: st.DataObject
) -> None:
    number, octets = int(address), str(address).split(".")

    def spelled(octet: str) -> str:
        styles = [
            octet,
            f"0{int(octet):o}",
            hex(int(octet)),
            f"0{octet}",
            "".join(chr(0xFF10 + int(c)) for c in octet),
        ]
        return data.draw(st.sampled_from(styles))

    short = f"{octets[0]}.{number & 0xFFFFFF}"
    forms = [str(number), hex(number), f"0{number:o}", short, ".".join(map(spelled, octets))]
    host = data.draw(st.sampled_from(forms)) + data.draw(st.sampled_from(["", "."]))
    try:
        target = read(f"https://{host}/")
    except AddressRefused:
        return
    # What is let through is the one usual spelling of the same address.
    assert target.host == str(address)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "hooks",
            "//hooks.example.org/",
            "ftp://hooks.example.org/",
            "file:///etc/passwd",
            "https:///x",
        ),
        *("https://user@hooks.example.org/", "https://user:word@hooks.example.org/", "https://@a.example/"),
        *("https://hooks.example.org\\@evil.example/", "https://hooks.example.org/ x", "https://a b/"),
        *("https://hooks.example.org/\r\nX: y", "https://hooks.example.org/\x00", "https://a.example/#x"),
        *("https://[fe80::1%25eth0]/", "https://[::1/", "https://hooks.example.org:99999/", "https://a:b/"),
        *("https://-a.example/", "https://a..example/", "https://a_.-/", "https://exa%6dple.org/"),
        *(
            "https://hooks.example.org/ä",
            "https://" + "a" * 3_000,
            "gopher://hooks.example.org/",
            "javascript:1",
        ),
        *(
            "https://1.2.3/",
            "https://0x7f.1/",
            "https://017700000001/",
            "https://2130706433/",
            "https://1e3.0x/",
        ),
    ],
)
def test_what_is_no_usual_web_address_is_refused(url: str) -> None:
    assert refusal(url, "93.184.216.34")


@pytest.mark.parametrize("url", ["http://hooks.example.org/", "https://hooks.example.org:25/"])
def test_only_https_leads_out_and_only_to_ports_of_the_web(url: str) -> None:
    assert "WEBHOOK_ALLOWED_HOSTS" in refusal(url, "93.184.216.34")


def test_a_host_that_does_not_exist_is_told_of() -> None:
    assert refusal("https://nowhere.example/") == "There is no host that is called “nowhere.example”."


@pytest.mark.parametrize(
    "url",
    [
        "http://hr.intranet/in",
        "https://HR.Intranet./in",
        "http://hr.intranet:81/in",
        "http://10.1.2.3/",
        "http://[FD00::1]/",
    ],
)
def test_a_host_that_is_named_may_be_inside_and_is_reached_by_http_and_any_port(
    url: str, settings: Settings
) -> None:
    settings.WEBHOOK_ALLOWED_HOSTS = ["hr.intranet", "10.1.2.3", "[fd00::1]"]
    assert checked(read(url), lambda host, port: ["10.1.2.3"]) == ["10.1.2.3"]


@pytest.mark.parametrize("host", ["hr.intranet.evil.example", "xhr.intranet", "intranet", "10.1.2.30"])
def test_a_host_that_is_like_one_that_is_named_is_not_it(host: str, settings: Settings) -> None:
    settings.WEBHOOK_ALLOWED_HOSTS = ["hr.intranet", "10.1.2.3"]
    assert refusal(f"https://{host}/", "10.1.2.3")


def test_a_host_in_other_letters_is_looked_up_as_the_name_system_has_it() -> None:
    assert read("https://bücher.example/").host == "xn--bcher-kva.example"
