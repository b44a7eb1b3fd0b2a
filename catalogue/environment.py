"""Settings from the environment, parsed strictly: a value that is not understood is an error, not a guess."""

import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BOOLEANS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}
DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql")


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
