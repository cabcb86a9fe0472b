"""The tables of Prefect's server, laid down before it starts: it would reach them by some hundred migrations.

Those take half of the 20 seconds that a server needs to start. It still looks whether any is left, and makes it: so
after a newer Prefect the tests only take longer, until ``python -m tests.flows.tables`` has written the file anew.
"""

import asyncio
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

from prefect.settings import PREFECT_SERVER_DATABASE_CONNECTION_URL, get_current_settings, temporary_settings

FILE = Path(__file__).with_name("prefect_tables.sql")


def lay() -> None:
    """Into the database of the current settings, in which is nothing yet."""
    url = get_current_settings().server.database.connection_url
    assert url is not None
    with sqlite3.connect(url.get_secret_value().partition(":///")[2]) as database:
        database.executescript(FILE.read_text(encoding="utf-8"))
    database.close()


def migrated() -> str:
    """What Prefect itself makes of an empty database."""
    from prefect.server.database.dependencies import provide_database_interface, temporary_database_interface

    with TemporaryDirectory() as folder, temporary_database_interface():
        path = Path(folder) / "prefect.db"
        with temporary_settings({PREFECT_SERVER_DATABASE_CONNECTION_URL: f"sqlite+aiosqlite:///{path}"}):
            asyncio.run(provide_database_interface().create_db())
        database = sqlite3.connect(path)
        text = "\n".join(database.iterdump())
        database.close()
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


if __name__ == "__main__":
    FILE.write_text(migrated(), encoding="utf-8")
