"""A connection whose transaction is open."""

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import Connection, Engine


@pytest.fixture
def conn(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        yield connection
