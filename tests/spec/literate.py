"""Read the pages of ``docs/spec`` as cases: programs with what they must print and report."""

from __future__ import annotations

import re
from pathlib import Path

import attrs

FENCE = re.compile(r"^```(\w*) ?(.*)$")
ANNOUNCED = re.compile(r"#\s+(error|warning)(?::\s*(TEK\d{4}))?\s*$")
PRINTS = re.compile(r"#\s+prints: (.*)$")


@attrs.define
class Case:
    """One program of a page and what is promised of it."""

    page: Path
    heading: str
    line: int
    source: str
    files: dict[str, str] = attrs.field(factory=dict)
    language: str = "tek"
    marks: list[str] = attrs.field(factory=list)
    """The words after the language, such as ``body`` or ``fails``."""
    output: str | None = None
    failure: list[str] = attrs.field(factory=list)
    args: list[str] = attrs.field(factory=list)

    @property
    def name(self) -> str:
        """The case's name in a report."""
        return f"{self.page.stem}:{self.line}-{self.heading.lower().replace(' ', '-')[:40]}"

    @property
    def announced(self) -> list[tuple[int, str, str | None]]:
        """Line, severity and code of each problem that the source announces."""
        found = []
        for number, line in enumerate(self.source.splitlines(), 1):
            if match := ANNOUNCED.search(line):
                found.append((number, match[1], match[2]))
        return found

    @property
    def expected_output(self) -> str | None:
        """What must be printed, or None where the page does not say."""
        if self.output is not None:
            return self.output
        lines = [match[1] for line in self.source.splitlines() if (match := PRINTS.search(line))]
        return "".join(line + "\n" for line in lines) if lines else None


def read_page(page: Path) -> list[Case]:
    """Return the cases of a page in order."""
    cases: list[Case] = []
    files: dict[str, str] = {}
    heading = ""
    lines = page.read_text(encoding="utf-8").split("\n")
    at = 0
    while at < len(lines):
        if lines[at].startswith("## "):
            heading = lines[at][3:]
        fence = FENCE.match(lines[at])
        if fence is None:
            at += 1
            continue
        end = lines.index("```", at + 1)
        text = "".join(line + "\n" for line in lines[at + 1 : end])
        _take_block(page, heading, at + 2, fence[1], fence[2], text, cases, files)
        at = end + 1
    return cases


def _take_block(
    page: Path, heading: str, line: int, kind: str, info: str, text: str, cases: list[Case], files: dict[str, str]
) -> None:
    if info.startswith("file="):
        files[info.removeprefix("file=")] = text
    elif kind == "tek" or (kind == "python" and "fails" in info.split()):
        marks = info.split()
        source = _wrapped(text) if "body" in marks else text
        cases.append(Case(page, heading, line, source, dict(files), language=kind, marks=marks))
        files.clear()
    elif kind == "output":
        cases[-1].output = text
    elif kind == "failure":
        cases[-1].failure = text.splitlines()
    elif kind == "args":
        cases[-1].args = text.splitlines()


def _wrapped(body: str) -> str:
    """Make statements the body of a task; the first stands on line 2."""
    inside_text = False
    lines = []
    for line in body.splitlines():
        lines.append(line if inside_text or not line else "    " + line)
        if line.count('"""') % 2:
            inside_text = not inside_text
    return "task main() {\n" + "\n".join(lines) + "\n}\n"
