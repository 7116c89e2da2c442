"""Fixtures that any test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of outside test material; a test that asks for it is left out where the folder is absent."""
    folder = Path(os.environ.get("SUCCESS_VECTOR_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"outside test data is not at {folder}; set SUCCESS_VECTOR_TEST_DATA to its folder")
    return folder
