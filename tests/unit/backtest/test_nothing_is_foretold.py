"""Without calibration no sentence of ours says what will come."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from plugin import domain

SAYING = ("sentences", "reasons", "what_if", "words", "intervention", "expansion", "advocacy", "standing", "measured")
FORETELLING = re.compile(
    r"\b(will|expected|expect|expects|likely|unlikely|predict\w*|probab\w*|chance)\b", re.IGNORECASE
)
FOLDER = Path(domain.__file__).parent


def said(source: str) -> list[str]:
    """Return the texts of a module that people can see: its strings without its docstrings."""
    tree = ast.parse(source)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body
        if isinstance(node.body[0], ast.Expr)
    }
    loose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs | loose
    ]


@pytest.mark.parametrize("module", SAYING)
def test_no_sentence_about_a_member_foretells(module: str) -> None:
    texts = said((FOLDER / f"{module}.py").read_text(encoding="utf-8"))
    assert [text for text in texts if FORETELLING.search(text)] == []


def test_a_sentence_that_foretells_would_be_found() -> None:
    source = 'def f(name):\n    """It will not count."""\n    return f"{name} will renew"\n'
    assert [text for text in said(source) if FORETELLING.search(text)] == [" will renew"]
