from pathlib import Path

import pytest

from bot.core.errors import StoreError
from bot.store.address import read_address


def test_a_sqlite_url_names_a_file() -> None:
    address = read_address("sqlite:////data/netcheck.db")

    assert address.file == Path("/data/netcheck.db")
    assert address.shown == "/data/netcheck.db"
    assert address.url.drivername == "sqlite+aiosqlite"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_a_postgresql_url_is_shown_without_its_password(scheme: str) -> None:
    address = read_address(f"{scheme}://bot:hunter2@db:5433/netcheck?sslmode=require")

    assert address.file is None
    assert address.shown == "postgresql://bot:***@db:5433/netcheck"
    assert address.options == "postgresql:///?sslmode=require"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "is not a database URL"),
        ("/data/netcheck.db", "'/data/netcheck.db' is not a database URL"),
        ("mysql://bot:hunter2@db/netcheck", "no database driver is called 'mysql'"),
        ("postgresql+psycopg://bot:hunter2@db/netcheck", "called 'postgresql\\+psycopg'"),
        ("postgresql://bot:hunter2@db:port/netcheck", "is not a database URL"),
        ("bot:hunter2@db", "this is not a database URL"),
        ("sqlite://", "cannot be kept in memory"),
        ("sqlite:///:memory:", "cannot be kept in memory"),
        ("sqlite:////data/netcheck.db?mode=ro", "takes no options"),
    ],
)
def test_what_is_no_url_of_ours_is_refused_with_the_forms_to_use(url: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as refused:
        read_address(url)

    assert "use sqlite:////absolute/path" in str(refused.value)
    assert "hunter2" not in str(refused.value)
