"""docs/mappings.md says all, and what it shows works."""

import re
from pathlib import Path

import pytest

from mappings.document import (
    Deletes,
    Direction,
    Document,
    Duplicates,
    FieldLine,
    Orphans,
    Policy,
    SourceTable,
    WhereLine,
)
from mappings.load import load, shipped
from mappings.transforms import TRANSFORMS
from plugin.domain.entities import ENTITIES

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "mappings.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def keys_of(*tables):
    return sorted({field.alias or name for table in tables for name, field in table.model_fields.items()})


@pytest.mark.parametrize(
    "word",
    [
        *keys_of(Document, SourceTable, FieldLine, WhereLine),
        *Direction,
        *Policy,
        *Orphans,
        *Deletes,
        *Duplicates,
        *TRANSFORMS,
        *shipped(),
    ],
)
def test_every_key_and_word_of_a_mapping_is_explained(word):
    assert f"`{word}`" in PAGE or f"`{word} = " in PAGE


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_loads(example, loaded, tmp_path):
    if "extends" in example:
        (tmp_path / "example.toml").write_text(example, encoding="utf-8")
        assert load(tmp_path / "example.toml").sources
    else:
        assert loaded(example).sources


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=str)
def test_every_field_that_can_be_mapped_is_listed(entity):
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{entity.name}` |"))
    for field in entity.shared.values():
        assert (f"**`{field.name}`**" if field.required else f" `{field.name}`") in row
