"""A git repository that role files are committed to, without touching its work tree, index or branches.

Commits are built with git's plumbing on an index of their own, from HEAD on. Nobody sees them before
`make_branch` lets a new branch point to them.
"""

import os
import shutil
import subprocess
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO

from django.utils.translation import gettext as _

from roles.documents.discover import ENDINGS
from roles.loading.folder import Unusable

CATALOGUE = "Role catalogue"
"""Who changes files where nobody is known to have."""

NOREPLY = "users.noreply.invalid"
"""The domain of people whose e-mail address is not known: nothing is ever delivered there."""

# What says who commits, and where git's settings are. The rest of what a hook sets leads elsewhere.
_KEPT = {
    "GIT_COMMITTER_NAME",
    "GIT_COMMITTER_EMAIL",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
}
_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.splitIndex=false",
    "i18n.commitEncoding=UTF-8",
)
_FILE, _PROGRAM = "100644", "100755"


class GitError(Exception):
    """What git could not do, and why."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as a commit names them, on one line without angle brackets."""

    name: str
    email: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


@contextmanager
def opened(path: Path, folder: str = "") -> Iterator["Repository"]:
    """A work tree or a bare repository; `folder` is where in it the role files are, empty for its top.

    Raises:
        GitError: if there is no git, no repository of which this is the top, no commit, or no such folder.
    """
    inside = PurePosixPath(folder)
    if inside.is_absolute() or not _is_safe(inside.parts):
        raise GitError(_("{folder} is no folder inside a repository.").format(folder=folder))
    with TemporaryDirectory(prefix="export-") as temporary:
        git = _Git(path, Path(temporary) / "index")
        below = git.line("rev-parse", "--show-prefix").rstrip("/")
        if below:
            text = _("{path} is a folder inside a repository: name the repository, and --folder {folder}.")
            raise GitError(text.format(path=path, folder=below))
        try:
            head = git.line("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        except GitError as error:
            text = _("The repository {path} has no commit to start from.")
            raise GitError(text.format(path=path)) from error
        with git.start("cat-file", "--batch") as blobs:
            yield Repository(git, blobs, head, inside)


class Repository:
    """What stands at HEAD, and the commits that are made from there on."""

    def __init__(
        self, git: "_Git", blobs: "subprocess.Popen[bytes]", head: str, folder: PurePosixPath
    ) -> None:
        self._git = git
        self._blobs = blobs
        self._head = self._tip = head
        self._time = int(git.line("show", "--no-patch", "--format=%ct", head))
        self._folder = folder
        self._entries = dict(_entries(git.run("ls-tree", "-r", "-z", "--full-tree", head)))
        self._folders = {str(parent) for path in self._entries for parent in PurePosixPath(path).parents}

    # What is there ------------------------------------------------------------------------------------------

    def paths(self) -> Iterator[str]:
        """The files that may be role files, relative to the folder."""
        for name, (mode, _blob) in self._entries.items():
            path = PurePosixPath(name)
            if mode not in (_FILE, _PROGRAM) or path.suffix.lower() not in ENDINGS:
                continue
            if path.is_relative_to(self._folder):
                below = path.relative_to(self._folder)
                if not any(part.startswith(".") for part in below.parts):
                    yield str(below)

    def folder_of(self, paths: Collection[str]) -> str | None:
        """The folder in which files of these paths stand, if none stands in the one that was named."""
        if any(str(self._folder / path) in self._entries for path in paths):
            return None
        for name in map(PurePosixPath, self._entries):
            for parent in name.parents:
                if str(name.relative_to(parent)) in paths:
                    return str(parent)
        return None

    def read(self, path: str) -> bytes | None:
        """The bytes of a file at HEAD, None if there is none.

        Raises:
            Unusable: if it is none, or if there can't be one.
        """
        name = self._name(path)
        if name not in self._entries:
            return None
        assert self._blobs.stdin is not None
        assert self._blobs.stdout is not None
        self._blobs.stdin.write(f"{self._entries[name][1]}\n".encode())
        self._blobs.stdin.flush()
        return _blob(self._blobs.stdout)

    def _name(self, path: str) -> str:
        """The path in the repository of a path in the folder."""
        inside = PurePosixPath(path)
        if inside.is_absolute() or not _is_safe(inside.parts):
            raise Unusable(_("It would lie outside the folder, so it is left alone."))
        name = self._folder / inside
        mode = self._entries.get(str(name), (_FILE, ""))[0]
        if mode not in (_FILE, _PROGRAM) or any(str(parent) in self._entries for parent in name.parents):
            raise Unusable(_("A link, a file or a submodule stands in the way."))
        if str(name) in self._folders:
            raise Unusable(_("A folder stands in its place."))
        return str(name)

    # What is made -------------------------------------------------------------------------------------------

    def commit(self, files: Mapping[str, bytes], message: str, author: Person, date: datetime) -> None:
        """Commit these files, by path in the folder, upon what was committed before.

        Raises:
            Unusable: if one of them can't be there.
        """
        lines = []
        for path, data in files.items():
            name = self._name(path)
            blob = self._git.line("hash-object", "-w", "--stdin", data=data)
            mode = self._entries.get(name, (_FILE, ""))[0]
            lines.append(f"{mode} {blob}\t{name}\0")
        if self._tip == self._head:
            self._git.run("read-tree", self._head)
        self._git.run(
            "update-index", "-z", "--index-info", data="".join(lines).encode(errors="surrogateescape")
        )
        edited = int(date.timestamp())
        # The same edits upon the same commit are to be the same commits, however often they are exported.
        self._time = max(self._time, edited)
        said = {
            "GIT_AUTHOR_NAME": author.name,
            "GIT_AUTHOR_EMAIL": author.email,
            "GIT_AUTHOR_DATE": f"@{edited} +0000",
            "GIT_COMMITTER_DATE": f"@{self._time} +0000",
            **self._committer,
        }
        commit = ("commit-tree", self._git.line("write-tree"), "-p", self._tip)
        self._tip = self._git.line(*commit, data=message.encode(), **said)

    @cached_property
    def _committer(self) -> dict[str, str]:
        """The catalogue, where git is not told who commits."""
        try:
            self._git.run("-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT")
        except GitError:
            return {"GIT_COMMITTER_NAME": CATALOGUE, "GIT_COMMITTER_EMAIL": f"role-catalogue@{NOREPLY}"}
        return {}

    def check_branch(self, name: str) -> None:
        """See that a branch of this name can be made.

        Raises:
            GitError: if git allows no such name, or there is such a branch.
        """
        try:
            meant = "" if name.startswith("-") else self._git.line("check-ref-format", "--branch", name)
        except GitError:
            meant = ""
        if not meant or meant != name:
            raise GitError(_("{name!r} is no name for a branch.").format(name=name))
        if self._git.run("for-each-ref", f"refs/heads/{name}"):
            text = _("There is a branch {name} already: delete it, or choose another name with --branch.")
            raise GitError(text.format(name=name))

    def make_branch(self, name: str) -> None:
        """Let a new branch point to the last commit.

        Raises:
            GitError: if there is such a branch by now.
        """
        nothing = "0" * len(self._head)
        self._git.run("update-ref", "-m", "export_roles", f"refs/heads/{name}", self._tip, nothing)


class _Git:
    """Runs git in one place, without hooks, with an index of its own."""

    def __init__(self, path: Path, index: Path) -> None:
        program = shutil.which("git")
        if program is None:
            raise GitError(_("git is not installed, or not on the PATH."))
        settings = (part for setting in _SETTINGS for part in ("-c", setting))
        self._command = (program, *settings, "-C", str(path))
        known = {
            key: value for key, value in os.environ.items() if key in _KEPT or not key.startswith("GIT_")
        }
        self._environment = {**known, "GIT_INDEX_FILE": str(index)}

    def run(self, *arguments: str, data: bytes = b"", **environment: str) -> bytes:
        """What a git command prints.

        Raises:
            GitError: if it fails, in its words.
        """
        done = subprocess.run(  # noqa: S603 - there is no shell, and no argument that could be an option.
            [*self._command, *arguments],
            input=data,
            capture_output=True,
            check=False,
            env={**self._environment, **environment},
        )
        if done.returncode:
            raise GitError(done.stderr.decode(errors="replace").strip() or f"git {arguments[0]}")
        return done.stdout

    def line(self, *arguments: str, data: bytes = b"", **environment: str) -> str:
        """The one line that a git command prints."""
        return self.run(*arguments, data=data, **environment).decode(errors="surrogateescape").rstrip("\n")

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """A git command to talk with."""
        return subprocess.Popen(  # noqa: S603 - as above.
            [*self._command, *arguments],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )


def _is_safe(parts: tuple[str, ...]) -> bool:
    """Whether a path leads down only, and not into git's own folder."""
    return not any(part == ".." or part.lower() == ".git" or "\0" in part for part in parts)


def _entries(listing: bytes) -> Iterator[tuple[str, tuple[str, str]]]:
    """The files of a tree: path → mode and blob."""
    for line in filter(None, listing.decode(errors="surrogateescape").split("\0")):
        about, path = line.split("\t", 1)
        mode, _kind, blob = about.split(" ")
        yield path, (mode, blob)


def _blob(answers: IO[bytes]) -> bytes:
    """The next file that `git cat-file --batch` gives."""
    header = answers.readline().split()
    if len(header) != 3:
        raise GitError(_("A file can't be read from the repository: it is not complete."))
    data = answers.read(int(header[2]))
    answers.read(1)
    return data
