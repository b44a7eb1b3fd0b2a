"""Write the catalogue's roles to files, or say how the files differ."""

import shlex
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roles.documents.reader import Dialect, parse
from roles.loading.branch import author_of, branch_name, message_of, together
from roles.loading.export import ExportedFile, State, export, paths_of_deleted_roles
from roles.loading.folder import Folder, Unusable
from roles.loading.git import GitError, Repository, opened
from roles.loading.unified import unified_diff
from roles.management.database import check_database
from roles.models import Conflict, Role, SourceDocument

REFUSALS = {
    State.WAITING: gettext_lazy(
        "It has changes that were never loaded, so it stays as it is. Load it first."
    ),
    State.HELD: gettext_lazy("Its changes are held back for HR to look at, so it stays as it is."),
}

Changes = list[tuple[ExportedFile, bytes | None]]
"""Files of one role that are not as the catalogue has them, with their bytes as they are."""


class Place(Protocol):
    """Where the files are."""

    def read(self, path: str) -> bytes | None: ...

    def paths(self) -> Iterator[str]: ...


class Command(BaseCommand):
    """Exit status 1 if a file was not written, or with --check if one differs; the others are dealt with."""

    help = "Write role files into a folder. Files without edits come back byte for byte."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "directory", nargs="?", type=Path, metavar="DIR", help=_("The folder; it is made if need be.")
        )
        parser.add_argument(
            "--git",
            type=Path,
            metavar="REPO",
            help=_("Commit to a new branch of this git repository instead, one commit a role."),
        )
        parser.add_argument("--branch", metavar="NAME", help=_("The new branch; catalogue/… by default."))
        parser.add_argument(
            "--folder",
            metavar="SUB",
            help=_("The folder in REPO that holds the files, unless it is the top."),
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help=_("Write nothing: print the difference, and exit with status 1 if there is one."),
        )
        parser.add_argument(
            "--dialect",
            choices=["profile", "job"],
            default="profile",
            help=_("Form of the files of roles that have none."),
        )

    def handle(
        self,
        *,
        directory: Path | None,
        git: Path | None,
        branch: str | None,
        folder: str | None,
        check: bool,
        dialect: Dialect,
        verbosity: int,
        **options: Any,
    ) -> None:
        """Raise CommandError if there is no such place, or if a file was not written or differs."""
        check_database()
        self._verbosity, self._dialect = verbosity, dialect
        self._counts: Counter[str] = Counter()
        if git is not None and directory is None:
            self._with_repository(git, branch, folder or "", check=check)
        elif directory is not None and git is None and branch is None and folder is None:
            self._with_folder(directory, check=check)
        else:
            raise CommandError(_("Name a folder, or with --git a repository (and its branch and folder)."))

    # Three things to do -------------------------------------------------------------------------------------

    def _with_folder(self, directory: Path, *, check: bool) -> None:
        if directory.exists() and not directory.is_dir():
            raise CommandError(_("{path} is not a folder.").format(path=directory))
        folder = Folder(directory)
        if check:
            self._check(folder)
            return

        def write(role: Role, changes: Changes) -> None:
            for file, _existing in changes:
                with self._refusals(file.path):
                    folder.write(file.path, file.data)
                    self._counts["written"] += 1
                    if self._verbosity > 1:
                        self.stdout.write(f"{file.path}: {_('written')}")

        self._go_through(folder, write)
        number = self._counts["written"]
        written = ngettext("{number} file written", "{number} files written", number).format(number=number)
        unchanged = _("{number} unchanged").format(number=self._counts["same"])
        self._say(f"{written}, {unchanged}.")
        self._fail_if_refused()

    def _with_repository(self, path: Path, branch: str | None, folder: str, *, check: bool) -> None:
        try:
            with opened(path, folder) as repository:
                loaded = SourceDocument.objects.exclude(role=None).values_list("path", flat=True)
                if place := repository.folder_of(set(loaded)):
                    text = _("The files that were loaded stand in {folder}: name it with --folder {folder}.")
                    raise CommandError(text.format(folder=shlex.quote(place)))
                if check:
                    self._check(repository)
                else:
                    self._commit(repository, path, branch_name() if branch is None else branch)
        except GitError as error:
            raise CommandError(str(error)) from error

    def _commit(self, repository: Repository, path: Path, branch: str) -> None:
        repository.check_branch(branch)

        def commit(role: Role, changes: Changes) -> None:
            revisions = together(role, (file.revisions_since(existing) for file, existing in changes))
            files = {file.path: file.data for file, _existing in changes}
            author, date = author_of(revisions[0]), revisions[0].created_at
            repository.commit(files, message_of(role, revisions), author, date)
            self._counts["commits"] += 1

        self._go_through(repository, commit)
        number = self._counts["commits"]
        if number:
            repository.make_branch(branch)
            text = ngettext(
                "{number} commit on the new branch {branch}.",
                "{number} commits on the new branch {branch}.",
                number,
            )
            self._say(text.format(number=number, branch=branch))
            self._say(_("Look at it, then push it:"))
            for command in (f"log -p HEAD..{shlex.quote(branch)}", f"push origin {shlex.quote(branch)}"):
                self._say(f"    git -C {shlex.quote(str(path))} {command}")
        else:
            self._say(_("Nothing to commit, so there is no new branch."))
        self._fail_if_refused()

    def _check(self, place: Place) -> None:
        def show(role: Role, changes: Changes) -> None:
            for file, existing in changes:
                self._counts["differing"] += 1
                self.stdout.write(unified_diff(file.path, existing, file.data), ending="")

        known = self._go_through(place, show)
        for path in sorted(set(place.paths()) - known):
            with self._refusals(path):
                if parse(place.read(path) or b"").document is not None:
                    raise Unusable(_("It was never loaded."))
        differing, refused = self._counts["differing"], self._counts["refused"]
        if differing or refused:
            text = ngettext("{number} file differs.", "{number} files differ.", differing + refused)
            raise CommandError(text.format(number=differing + refused))
        number = self._counts["same"]
        text = ngettext("{number} file is up to date.", "{number} files are up to date.", number)
        self._say(text.format(number=number))

    # What they share ----------------------------------------------------------------------------------------

    def _go_through(self, place: Place, act: Callable[[Role, Changes], None]) -> set[str]:
        """Do something about each role whose files are not as the catalogue has them.

        Returns the paths of all files that the catalogue knows.
        """
        files = export(Role.objects.select_related("revision"), dialect=self._dialect)
        known = paths_of_deleted_roles()
        for path in sorted(known):
            with self._refusals(path):
                if place.read(path) is not None:
                    self._note(path, _("Its role was deleted in the catalogue; the file is left as it is."))
        for role, of_role in groupby(files, key=lambda file: file.role):
            changes: Changes = []
            for file in of_role:
                known.add(file.path)
                with self._refusals(file.path):
                    existing = place.read(file.path)
                    state = file.state(existing)
                    self._counts[state.value] += 1
                    if state in REFUSALS:
                        raise Unusable(str(REFUSALS[state]))
                    if state is not State.SAME:
                        changes.append((file, existing))
            if changes:
                act(role, changes)
        self._tell_of_conflicts()
        return known

    def _tell_of_conflicts(self) -> None:
        number = Conflict.objects.filter(closed_at=None).count()
        if number and self._verbosity:
            text = ngettext(
                "{number} conflict is open: the file keeps its wording until somebody decides.",
                "{number} conflicts are open: the files keep their wording until somebody decides.",
                number,
            )
            self.stderr.write(text.format(number=number), self.style.WARNING)

    @contextmanager
    def _refusals(self, path: str) -> Iterator[None]:
        """Tell why a file is left as it is, and go on with the next."""
        try:
            yield
        except Unusable as reason:
            self._counts["refused"] += 1
            self.stderr.write(f"{path}: {self.style.ERROR('error')}: {reason}", lambda text: text)

    def _note(self, path: str, text: str) -> None:
        if self._verbosity:
            self.stderr.write(f"{path}: {self.style.WARNING('warning')}: {text}", lambda text: text)

    def _say(self, text: str) -> None:
        if self._verbosity:
            self.stdout.write(self.style.SUCCESS(text))

    def _fail_if_refused(self) -> None:
        number = self._counts["refused"]
        if number:
            text = ngettext("{number} file was not written.", "{number} files were not written.", number)
            raise CommandError(text.format(number=number))
