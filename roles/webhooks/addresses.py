"""Which addresses messages may go to: none inside the own network, unless the host is named in the settings.

An address is checked when it is entered and whenever something is sent to it, and what is connected to is the
IP address that was checked: a name that leads elsewhere a moment later leads nowhere.
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]

LONGEST: Final = 1_000
USUAL_PORTS: Final = {"http": 80, "https": 443}
FREE_PORTS: Final = range(1024, 65536)

# The registries of special addresses, as far as Python's versions don't agree about them.
_RESERVED: Final = [
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "224.0.0.0/3"),
        *("2001::/23", "2001:db8::/32", "3fff::/20"),
    )
]
_UNICAST: Final = ipaddress.ip_network("2000::/3")
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?")


class AddressRefused(ValueError):
    """Nothing is sent to an address. The message is a sentence that says why, and what helps."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that is written as it may be; where it leads is not known yet."""

    scheme: str
    host: str
    """In small letters, without brackets; of other scripts, as the name system has it."""
    port: int
    path: str
    """With the query."""

    @property
    def is_named(self) -> bool:
        """Whether the settings name the host, so that it may be inside the own network."""
        return self.host in {normal_host(host) for host in settings.WEBHOOK_ALLOWED_HOSTS}


def normal_host(host: str) -> str:
    """A host in the one spelling in which hosts are compared.

    Raises:
        ValueError: if it is none.
    """
    name = host.strip("[]").removesuffix(".").lower()
    try:
        return str(ipaddress.ip_address(name)) if "%" not in name else ""
    except ValueError:
        return name.encode("idna").decode("ascii").lower()


def read(url: str) -> Target:
    """Take an address apart.

    Raises:
        AddressRefused: if it is none that messages may go to, wherever it leads.
    """
    if len(url) > LONGEST or not url.isprintable() or " " in url or "\\" in url:
        raise AddressRefused(_("This is no web address: it is too long, or holds blanks or backslashes."))
    try:
        parts = urlsplit(url)
        port = parts.port
        host = normal_host(parts.hostname or "")
    except ValueError:
        raise AddressRefused(_("This is no web address that can be read.")) from None
    if parts.scheme not in USUAL_PORTS or not host:
        raise AddressRefused(_("Give a web address that begins with https:// and a host."))
    if "@" in parts.netloc:
        raise AddressRefused(_("Leave user name and password out: the signature says who sends."))
    if "#" in url:
        raise AddressRefused(_("Leave out what follows the #: no server is sent it."))
    _check_host(host)
    target = Target(
        scheme=parts.scheme,
        host=host,
        port=USUAL_PORTS[parts.scheme] if port is None else port,
        path=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
    )
    if not target.path.isascii():
        raise AddressRefused(_("Write other letters than English ones behind the host as %C3%A4 and so on."))
    if not target.is_named:
        if target.scheme != "https":
            said = _("Begin the address with https://, so that nobody reads along.")
            raise AddressRefused(f"{said} {_way_out(host)}")
        if target.port != USUAL_PORTS["https"] and target.port not in FREE_PORTS:
            said = _("Port %(port)d belongs to another service.") % {"port": target.port}
            raise AddressRefused(f"{said} {_way_out(host)}")
    return target


def _check_host(host: str) -> None:
    """Take names, and IP addresses in the usual spelling: other spellings are understood by some only."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        labels = host.split(".")
        if not all(map(_LABEL.fullmatch, labels)) or len(host) > 253:
            raise AddressRefused(_("“%(host)s” is no name of a host.") % {"host": host}) from None
        if labels[-1].isdecimal() or re.fullmatch(r"0x[0-9a-f]*", labels[-1]):
            raise AddressRefused(
                _("Write the IP address as four numbers from 0 to 255 without leading zeros.")
            ) from None


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a host.

    Raises:
        OSError: if it has none, or nobody can be asked.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def checked(target: Target, resolved: Resolve | None = None) -> list[str]:
    """The IP addresses that a message may be sent to: all that the host has.

    Raises:
        AddressRefused: if it has none, or one inside the own network and the settings don't name it.
    """
    try:
        found = (resolved or resolve)(target.host, target.port)
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise AddressRefused(_("There is no host that is called “%(host)s”.") % {"host": target.host})
    if not target.is_named:
        for address in found:
            if not is_public(ipaddress.ip_address(address.partition("%")[0])):
                said = _("“%(host)s” is %(address)s, inside the own network: nothing is sent there.")
                said %= {"host": target.host, "address": address}
                raise AddressRefused(f"{said} {_way_out(target.host)}")
    return list(found)


def _way_out(host: str) -> str:
    return _("Whoever runs the catalogue can allow it: WEBHOOK_ALLOWED_HOSTS has to name %(host)s.") % {
        "host": host
    }


def is_public(address: IP) -> bool:
    """Whether an IP address is one of the internet's: not this machine's, not a private network's, nor any
    with a purpose of its own. Of one that leads to another, both have to be public."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast and not _is_reserved(address)
    if address.ipv4_mapped:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    if address.sixtofour and not is_public(address.sixtofour):
        return False
    return address in _UNICAST and address.is_global and not _is_reserved(address)


def _is_reserved(address: IP) -> bool:
    return any(address in network for network in _RESERVED if network.version == address.version)
