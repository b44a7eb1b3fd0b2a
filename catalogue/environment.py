"""Settings from the environment, parsed strictly: a value that is not understood is an error, not a guess."""

import re
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BOOLEANS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}
MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465, "consolemail": 0, "dummymail": 0}
"""The ways to send mails, and the port of each that goes to a server."""
DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql")


SPANS = {"second": 1, "minute": 60, "hour": 3600}


class Rate(NamedTuple):
    """How many requests are allowed in how many seconds."""

    quota: int
    seconds: int


def is_host(name: str) -> bool:
    """Whether the name system could know a name: no part of it is empty or too long."""
    try:
        return bool(name.encode("idna"))
    except UnicodeError:
        return False


class SettingsError(ImproperlyConfigured):
    """The environment cannot be used. The message lists every fault and what to do about each."""


class Environment:
    """Reads settings by name from `values` and collects what is wrong with them.

    A variable that is set to nothing counts as not set. A faulty one is noted and answered with a default, so
    that one start names all faults: call `verify` after the last read.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.read: set[str] = set()
        self.faults: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        """The value without surrounding space, else `default`."""
        self.read.add(name)
        return self.values.get(name, "").strip() or default

    def required(self, name: str, advice: str) -> str:
        """The value; a fault that ends in `advice` if there is none."""
        value = self.text(name)
        if not value:
            self.faults.append(f"{name} is not set. {advice}")
        return value

    def choice(self, name: str, choices: tuple[str, ...], advice: str, default: str = "") -> str:
        """One of `choices`, spelled exactly so; a fault that ends in `advice` if there is none."""
        value = self.text(name, default) if default else self.required(name, advice)
        if value and value not in choices:
            self.faults.append(f"{name} is {value!r}, which is not one of {', '.join(choices)}. {advice}")
        return value if value in choices else choices[-1]

    def boolean(self, name: str, *, default: bool) -> bool:
        """True for true, yes, on and 1; False for false, no, off and 0; in any case of letters."""
        value = self.text(name)
        if value and value.lower() not in BOOLEANS:
            self.faults.append(f"{name} is {value!r}, which is not one of {', '.join(BOOLEANS)}.")
        return BOOLEANS.get(value.lower(), default)

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number within bounds, both of which are allowed."""
        value = self.text(name)
        if not value:
            return default
        if not (value.isascii() and value.isdecimal() and len(value) < 10 and least <= int(value) <= most):
            self.faults.append(f"{name} is {value!r}, which is no whole number from {least} to {most}.")
            return default
        return int(value)

    def origin(self, name: str) -> str:
        """A scheme and a host like https://roles.example.org; empty if not set."""
        return next(iter(self.origins(name)), "")

    def mail(self, name: str) -> dict[str, Any]:
        """Django's settings for a URL of a mail server: `smtp://user:password@host:25`, `smtp+tls://…`,
        `smtp+ssl://…`, or `consolemail://`, which prints mails. Not set, mails go nowhere."""
        value = self.text(name, "dummymail://")
        # The value may hold a password, so no message repeats it.
        try:
            url = urlsplit(value)
            known = url.scheme in MAIL_PORTS and (url.hostname or not MAIL_PORTS[url.scheme])
            config: dict[str, Any] = environ.Env.email_url_config(value) if known else {}
        except ValueError:
            config = {}
        if not config:
            advice = "Give one like smtp+tls://user:password@mail.example.org:587 or consolemail://."
            self.faults.append(f"{name} is no URL of a mail server that the catalogue can use. {advice}")
            return {}
        return config | {"EMAIL_PORT": config["EMAIL_PORT"] or MAIL_PORTS[url.scheme]}

    def hosts(self, name: str, default: list[str]) -> list[str]:
        """Host names between commas; a fault for one with a scheme, a port or a path."""
        hosts = self.names(name) or default
        for host in hosts:
            bare_ip6 = host.startswith("[") and host.endswith("]")
            if "/" in host or (":" in host and not bare_ip6):
                self.faults.append(
                    f"{name} holds {host!r}. Give the host's name alone, like roles.example.org."
                )
        return hosts

    def rate(self, name: str, default: str) -> Rate:
        """A number of requests in a span of time, like 600/minute."""
        value = self.text(name, default)
        number, _slash, span = value.partition("/")
        if not (re.fullmatch("[1-9][0-9]{0,8}", number) and span in SPANS):
            advice = "Give one like 10/second, 600/minute or 5000/hour."
            self.faults.append(f"{name} is {value!r}, which is no rate. {advice}")
            number, _slash, span = default.partition("/")
        return Rate(int(number), SPANS[span])

    def readers(self, name: str) -> list[str]:
        """Origins between commas, or * alone for all there are."""
        return ["*"] if self.text(name) == "*" else self.origins(name)

    def exact_hosts(self, name: str) -> list[str]:
        """Host names between commas, none unless set; a fault also for one that stands for several hosts."""
        hosts = self.hosts(name, [])
        for host in hosts:
            if "*" in host or not is_host(host):
                self.faults.append(f"{name} holds {host!r}. Name each host in full, like hr.example.org.")
        return hosts

    def origins(self, name: str) -> list[str]:
        """Origins between commas, each a scheme and a host like https://roles.example.org."""
        origins = self.names(name)
        for origin in origins:
            scheme, separator, host = origin.partition("://")
            if scheme not in ("http", "https") or not separator or not host or "/" in host:
                self.faults.append(
                    f"{name} holds {origin!r}. Give scheme and host, like https://roles.example.org."
                )
        return origins

    def names(self, name: str) -> list[str]:
        """The parts between commas, without surrounding space and empty ones."""
        return [part.strip() for part in self.text(name).split(",") if part.strip()]

    def pairs(self, name: str) -> list[tuple[str, str]]:
        """Pairs like left=right between commas; a fault for one without both. The left may hold = itself."""
        pairs = [tuple(map(str.strip, part.rpartition("=")[::2])) for part in self.names(name)]
        if any(not left or not right for left, right in pairs):
            self.faults.append(f"{name} holds a part without two sides. Give pairs like hr-editors=Editors.")
        return [(left, right) for left, right in pairs]

    def server(self, name: str) -> str:
        """The address of a server without a slash at its end, or nothing; http for this machine alone."""
        value = self.text(name).rstrip("/")
        url = urlsplit(value)
        is_here = url.hostname in ("localhost", "127.0.0.1", "::1")
        if value and (not url.hostname or not (url.scheme == "https" or (url.scheme == "http" and is_here))):
            self.faults.append(f"{name} is {value!r}. Give an address like https://login.example.org/realm.")
        return value

    def together(self, *names: str) -> None:
        """A fault for each of these that is not set while another one is."""
        missing = [name for name in names if not self.text(name)]
        if 0 < len(missing) < len(names):
            self.faults += [
                f"{name} is not set, but {names[0]} and what belongs to it are." for name in missing
            ]

    def time_zone(self, name: str, default: str) -> str:
        """A name of the tz database."""
        value = self.text(name, default)
        try:
            zoneinfo.ZoneInfo(value)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            self.faults.append(f"{name} is {value!r}, which is no time zone. Give one like Europe/Berlin.")
            return default
        return value

    def database(self, name: str, default: str, *, root: Path) -> dict[str, Any]:
        """Django's settings for a database URL: `sqlite:///var/x.sqlite3` (a relative path starts at `root`),
        `sqlite:////absolute/path`, or `postgresql://user:password@host:port/name?option=value`."""
        advice = "Give one like sqlite:///var/catalogue.sqlite3 or postgresql://user:password@host:5432/name."
        value = self.text(name, default)
        # The value may hold a password, so no message repeats it.
        try:
            url = urlsplit(value)
            has_no_path = url.scheme == "sqlite" and (url.netloc or not url.path.strip("/"))
            known = url.scheme in DATABASE_SCHEMES and not has_no_path
            config: dict[str, Any] = environ.Env.db_url_config(value) if known else {}
        except ValueError:
            config = {}
        if not config.get("NAME"):
            self.faults.append(f"{name} is no URL of a database that the catalogue can use. {advice}")
            return {}
        if url.scheme == "sqlite":
            return {"ENGINE": config["ENGINE"], "NAME": root / config["NAME"]}
        return config

    def verify(self) -> None:
        """Raise SettingsError if anything read so far was faulty."""
        if self.faults:
            raise SettingsError("\n".join(self.faults))
