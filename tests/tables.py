"""Tables of SQLite that are migrated once and then copied: to migrate takes ten seconds of a processor.

They are kept in build/ until a migration changes, or a model, or what migrations take from elsewhere.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FOLDER = ROOT / "build"


def made_of() -> list[Path]:
    """The files that decide what is in the tables before anybody writes a row."""
    migrations = sorted(ROOT.glob("roles/migrations/*.py"))
    named = {name for file in migrations for name in re.findall(r"roles(?:\.\w+)+", file.read_text())}
    helpers = [ROOT / f"{name.replace('.', '/')}.py" for name in sorted(named)]
    others = [*ROOT.glob("roles/models/*.py"), ROOT / "requirements.txt", ROOT / "catalogue/settings.py"]
    return [*migrations, *filter(Path.exists, helpers), *sorted(others)]


def migrated() -> Path:
    """A file with the tables as all migrations leave them, to be copied and not to be written to."""
    content = hashlib.sha256()
    for file in made_of():
        content.update(f"{file}\n".encode() + file.read_bytes())
    made = FOLDER / f"tables-{content.hexdigest()[:16]}.sqlite3"
    FOLDER.mkdir(exist_ok=True)
    # Of processes that start together, one migrates and the others wait.
    with (FOLDER / "tables.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            for old in FOLDER.glob("tables-*"):
                old.unlink()
            new = made.with_suffix(".new")
            values = {"DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_DATABASE_URL": f"sqlite:///{new}"}
            command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
            subprocess.run(command, env=os.environ | values, cwd=ROOT, check=True)
            new.rename(made)
    return made


def copy_to(database: Path) -> Path:
    """A database of its own with all tables, at a path where there is none."""
    shutil.copyfile(migrated(), database)
    return database
