"""One database a worker, emptied for every story."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from uuid import uuid4

import pytest
import sqlalchemy as sa

from mappings.model import Deletes
from plugin.store.embedded import EmbeddedPostgres
from tests.simulation.play import Play
from tests.simulation.story import empty, open_database, seeded
from tests.simulation.world import House, World


@pytest.fixture(scope="session")
def simulated(postgres: EmbeddedPostgres, migrated_template: str) -> Iterator[sa.Engine]:
    """A migrated database for stories to be played in, one after the other."""
    name = f"simulation_{uuid4().hex}"
    database = open_database(postgres.create_database(name, template=migrated_template))
    yield database
    database.dispose()
    postgres.drop_database(name)


@pytest.fixture
def play(simulated: sa.Engine) -> Iterator[Play]:
    """A world where only what the test says happens: one system with one member, its outcome and a milestone."""
    rng = Random(1)
    with seeded(rng):
        empty(simulated)
        yield Play(World(simulated, rng))


@pytest.fixture
def pushing(simulated: sa.Engine) -> Iterator[Play]:
    """The same world, where what is deleted here is deleted there as well."""
    rng = Random(1)
    with seeded(rng):
        empty(simulated)
        yield Play(World(simulated, rng, house=House(Deletes.PUSH)))


@pytest.fixture
def both(simulated: sa.Engine) -> Iterator[Play]:
    """The same world with a second system, where the member was created by us, and what is deleted goes on both."""
    rng = Random(1)
    with seeded(rng):
        empty(simulated)
        yield Play(World(simulated, rng, ("east", "west"), House(Deletes.PUSH)))
