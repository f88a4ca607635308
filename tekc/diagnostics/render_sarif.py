"""Problems as one SARIF 2.1.0 document, for the code scanning of forges."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekc.diagnostics.problem import Edit, Problem
    from tekc.source import Span

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render_sarif(problems: Sequence[Problem], version: str) -> str:
    """Return the whole document, newline included.  `version` is that of tekc."""
    first: dict[str, Problem] = {}
    for problem in problems:
        first.setdefault(problem.code, problem)
    rules = {code: index for index, code in enumerate(first)}
    driver = {"name": "tekc", "version": version, "rules": [_rule(problem) for problem in first.values()]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, rules[problem.code]) for problem in problems],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(problem: Problem) -> dict[str, Any]:
    summary = getattr(problem, "summary", None) or (type(problem).__doc__ or problem.slug).strip().split("\n")[0]
    return {
        "id": problem.code,
        "name": problem.slug,
        "shortDescription": {"text": summary},
        "defaultConfiguration": {"level": problem.severity},
    }


def _result(problem: Problem, rule: int) -> dict[str, Any]:
    helps = list(problem.helps())
    text = "\n".join([problem.title(), *problem.notes(), *(f"help: {one.message}" for one in helps)])
    found: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": problem.severity,
        "message": {"text": text},
        "locations": [{"physicalLocation": _physical(problem.at)}],
    }
    related = [{"physicalLocation": _physical(label.at), "message": {"text": label.text}} for label in problem.labels()]
    if related:
        found["relatedLocations"] = related
    fixes = [_fix(one.message, one.edits) for one in helps if one.edits]
    if fixes:
        found["fixes"] = fixes
    return found


def _fix(message: str, edits: Sequence[Edit]) -> dict[str, Any]:
    by_file: dict[str, list[Edit]] = {}
    for edit in edits:
        by_file.setdefault(edit.at.file.path, []).append(edit)
    return {
        "description": {"text": message},
        "artifactChanges": [
            {
                "artifactLocation": {"uri": _uri(path)},
                "replacements": [{"deletedRegion": _region(e.at), "insertedContent": {"text": e.text}} for e in edits],
            }
            for path, edits in by_file.items()
        ],
    }


def _physical(at: Span) -> dict[str, Any]:
    return {"artifactLocation": {"uri": _uri(at.file.path)}, "region": _region(at)}


def _uri(path: str) -> str:
    escaped = quote(path.replace("\\", "/"), errors="surrogatepass")
    return "file://" + escaped if escaped.startswith("/") else escaped


def _region(at: Span) -> dict[str, int]:
    line, column = at.file.line_column(at.start)
    last, last_column = at.file.line_column(at.end)
    return {"startLine": line, "startColumn": column, "endLine": last, "endColumn": last_column}
