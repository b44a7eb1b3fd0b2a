"""`make contract` brings examples and snapshot up to date; `make contract RELEASE=1` the promise too.

Renew the promise with a release only, and when nobody relies on what changed: from then on tests hold the API
to it.
"""

import os

import django
from django.db import connection

django.setup()

from api.description import recorded  # noqa: E402
from tests.contract import snapshot  # noqa: E402
from tests.contract.recording import record  # noqa: E402

if __name__ == "__main__":
    connection.creation.create_test_db(verbosity=0, serialize=False)
    record()
    recorded.cache_clear()
    description = snapshot.described()
    snapshot.SNAPSHOT.write_bytes(snapshot.written(description))
    if os.environ.get("RELEASE"):
        snapshot.RELEASED.write_bytes(snapshot.written(snapshot.promised(description)))
