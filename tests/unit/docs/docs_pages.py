"""The project's pages, and what stands in them."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "connectors" / "salesforce" / "package"
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Page:
    path: Path

    def __str__(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def prose(self) -> str:
        """The text without its fenced examples."""
        return FENCE.sub("", self.text)

    @property
    def code(self) -> list[str]:
        """What stands between single backticks."""
        return CODE.findall(self.prose)

    @property
    def rows(self) -> list[list[str]]:
        """The cells of every table's rows."""
        return [
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in self.prose.splitlines()
            if line.startswith("|")
        ]

    def section(self, heading: str) -> str:
        """The text below a heading, up to the next one that is not below it; nothing where there is none."""
        level = heading.split(" ", maxsplit=1)[0]
        found = re.search(
            rf"^{re.escape(heading)}$(.*?)(?=^#{{1,{len(level)}}} |\Z)", self.text, re.DOTALL | re.MULTILINE
        )
        return found.group(1) if found else ""

    def examples(self, language: str) -> list[str]:
        """The fenced examples in a language, as they would be typed."""
        found = [(indent, body) for indent, written, body in FENCE.findall(self.text) if written == language]
        return [re.sub(rf"^{indent}", "", body, flags=re.MULTILINE) for indent, body in found]


def pages() -> list[Page]:
    """Every page of the project."""
    docs = sorted((ROOT / "docs").rglob("*.md"))
    return [Page(path) for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", PACKAGE / "README.md", *docs)]


def page(name: str) -> Page:
    """One page, by its path from the root."""
    return Page(ROOT / name)


def examples(language: str) -> list[tuple[Page, str]]:
    """Every example in a language, with its page."""
    return [(each, example) for each in pages() for example in each.examples(language)]
