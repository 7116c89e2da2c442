"""Reading a persona questionnaire: TOML in, a Questionnaire out, or all that is wrong with the file at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from mappings.dues_blind import about_money
from mappings.reports import nearest
from mappings.toml_file import Table, read_tables
from plugin.domain.persona import Answers, Option, PersonaKind, Question, Questionnaire
from plugin.errors import Problem, Problems
from plugin.plans.document import Key, Line

SHIPPED = Path(__file__).parent / "personas" / "questionnaire.toml"
Points = Annotated[int, Field(strict=True, ge=-9, le=9)]


class PersonaTable(Table):
    """One `[[persona]]`."""

    key: Key
    name: Line
    description: Line
    topics: tuple[Line, ...] = ()


class OptionTable(Table):
    """One `[[question.option]]`."""

    key: Key
    text: Line
    points: Mapping[str, Points] = {}
    topics: tuple[Line, ...] = ()


class QuestionTable(Table):
    """One `[[question]]`; `most` options may be chosen."""

    key: Key
    text: Line
    most: Annotated[int, Field(strict=True, ge=1)] = 1
    option: Annotated[tuple[OptionTable, ...], Field(min_length=1)]


class QuestionnaireDocument(Table):
    """The whole file."""

    persona: Annotated[tuple[PersonaTable, ...], Field(min_length=1)]
    question: Annotated[tuple[QuestionTable, ...], Field(min_length=1)]


def load_questionnaire(path: Path = SHIPPED) -> Questionnaire:
    """Return the questionnaire in a file. Raises Problems with all that is wrong, UserError where it can't be read."""
    document = read_tables(QuestionnaireDocument, path, "questionnaire", "the shipped questionnaire.toml")
    found = list(_faults(document))
    if found:
        raise Problems.within(f"The questionnaire {path.name}", found)
    return Questionnaire(
        tuple(PersonaKind(**one.model_dump()) for one in document.persona),
        tuple(
            Question(one.key, one.text, tuple(Option(**option.model_dump()) for option in one.option), one.most)
            for one in document.question
        ),
    )


def checked(questionnaire: Questionnaire, answers: Answers) -> Answers:
    """Return the answers as given; raises Problems that names every question and option that there isn't."""
    questions = {one.key: one for one in questionnaire.questions}
    found = []
    for key, options in answers.items():
        question = questions.get(key)
        if question is None:
            found.append(Problem(key, "there is no such question", f"Use {nearest(key, questions)}."))
            continue
        known = [one.key for one in question.options]
        for option in options:
            if option not in known:
                found.append(Problem(key, f"there is no option {option!r}", f"Use {nearest(option, known)}."))
        if len(options) > question.most:
            found.append(Problem(key, f"{len(options)} options are chosen", f"Choose {question.most} at most."))
    if found:
        raise Problems("These answers don't fit the questionnaire:", found)
    return answers


def _faults(document: QuestionnaireDocument) -> Iterator[Problem]:
    personas = [one.key for one in document.persona]
    yield from _twice("persona", personas)
    yield from _twice("question", [one.key for one in document.question])
    for question in document.question:
        where = f"question {question.key}"
        yield from _twice(f"{where}: option", [one.key for one in question.option])
        if about_money(question.key):
            what = "it is about what a member pays"
            yield Problem(where, what, "A persona is who the member is and what it wants: ask for that.")
        for option in question.option:
            for key in option.points.keys() - set(personas):
                fix = f"Use {nearest(key, personas)}, or add the persona."
                yield Problem(f"{where}, option {option.key}: points", f"there is no persona {key!r}", fix)


def _twice(what: str, keys: list[str]) -> Iterator[Problem]:
    for key, count in Counter(keys).items():
        if count > 1:
            yield Problem(f"{what} {key}", f"it is there {count} times", "Give each a key of its own.")
