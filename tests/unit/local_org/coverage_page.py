"""The tables of docs/local-org-clients.md, written from what the org's server really serves and refuses.

`python -m tests.unit.local_org.coverage_page` writes them anew.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from connectors.salesforce.local_org.server import LocalOrg
from connectors.salesforce.local_org.soap import partner
from connectors.salesforce.local_org.soap.methods import METHODS
from plugin.store.embedded import EmbeddedPostgres
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "local-org-clients.md"
BEGIN, END = "<!-- {0}: written by tests/unit/local_org/coverage_page.py -->", "<!-- end of {0} -->"
VERSION = "/services/data/v<api_version>"
HIDDEN = frozenset({"HEAD", "OPTIONS"})


def tables(app: Flask) -> dict[str, str]:
    """Every table of the page, by the name of its place."""
    served = ["| Method | Path | What it does |", "| --- | --- | --- |"]
    served += [f"| {method} | `{path}` | {words} |" for path, method, words in sorted(endpoints(app))]
    paths = {re.sub(r"/(REST|WHAT)$", "/...", path) for path, endpoint in rules(app) if is_refusal(endpoint)}
    refused = sorted(path for path in paths if path.removesuffix("/...") not in paths - {path})
    return {
        "served": "\n".join(served),
        "soap": ", ".join(f"`{name}`" for name in sorted(METHODS)),
        "partner": ", ".join(f"`{name}`" for name in sorted(partner.METHODS)),
        "refused": "\n".join(f"- `{path}`" for path in refused),
    }


def rules(app: Flask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        yield readable(rule.rule), rule.endpoint


def endpoints(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Path, methods and first line about every resource that is served."""
    for rule in app.url_map.iter_rules():
        if not is_refusal(rule.endpoint):
            words = (app.view_functions[rule.endpoint].__doc__ or "").strip().partition("\n")[0]
            methods = ", ".join(sorted((rule.methods or set()) - HIDDEN))
            yield readable(rule.rule), methods, words.replace("|", "\\|")


def is_refusal(endpoint: str) -> bool:
    return endpoint.startswith("refusals") or endpoint == "tooling.other"


def readable(rule: str) -> str:
    """A path as people write it: `/vNN.0/sobjects/NAME`."""
    path = rule.replace(VERSION, "/vNN.0")
    path = re.sub(r"<any\(ingest, query\):kind>", "{ingest,query}", path)
    return re.sub(r"<(?:path:)?_?(\w+)>", lambda match: match[1].upper(), path)


def written(page: str, app: Flask) -> str:
    """The page with its tables as they are now."""
    for name, table in tables(app).items():
        begin, end = BEGIN.format(name), END.format(name)
        before, _, rest = page.partition(begin)
        page = f"{before}{begin}\n\n{table}\n\n{end}{rest.partition(end)[2]}"
    return page


def main() -> None:
    """Write the page."""
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder)) as postgres,
        LocalOrg(postgres.create_database("page")) as org,
    ):
        PAGE.write_text(written(PAGE.read_text(), org.app))


if __name__ == "__main__":
    main()
