"""Every connector's world; a new connector adds a line."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from connector_world import World
from salesforce_world import salesforce

from plugin.store.embedded import EmbeddedPostgres

WORLDS = {"salesforce": salesforce}


@pytest.fixture(scope="module", params=sorted(WORLDS))
def world(request: pytest.FixtureRequest, postgres: EmbeddedPostgres) -> Iterator[World]:
    """A running system; tests of a module share it, so each makes its own rows."""
    name = f"contract_{uuid4().hex}"
    with WORLDS[request.param](postgres.create_database(name)) as world:
        yield world
    postgres.drop_database(name)
