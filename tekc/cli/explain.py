"""``tekc explain CODE``: the page of a diagnostic, with a program that fails and one that works."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

from tekc.cli.console import out
from tekc.cli.status import DONE, Usage
from tekc.diagnostics import CATALOGUE
from tekc.diagnostics.suggest import closest

if TYPE_CHECKING:
    from tekc.cli.commands import Line

PHASES = (
    "tekc.syntax.problems", "tekc.resolve.problems", "tekc.check.problems", "tekc.check.effect_problems", "tekc.driver.problems",
)  # fmt: skip
"""The modules that declare problems."""


def explain(line: Line) -> int:
    """Print the page of the diagnostic that a code or a slug names."""
    load_catalogue()
    code = find_code(line.words[0])
    page = read_page(code)
    if page is None:
        found = CATALOGUE[code]
        page = f"# {code}: {found.slug}\n\n{(found.__doc__ or '').strip()}\n"
    out(page)
    return DONE


def load_catalogue() -> None:
    """Import every phase, so that `CATALOGUE` is complete."""
    for name in PHASES:
        import_module(name)


def find_code(word: str) -> str:
    """Return the code for ``TEK0301``, ``tek301``, ``301`` or the slug.

    Raises:
        Usage: there is no such diagnostic.
    """
    digits = word.upper().removeprefix("TEK")
    code = f"TEK{int(digits):04}" if digits.isascii() and digits.isdigit() else ""
    if code in CATALOGUE:
        return code
    slugs = {found.slug: code for code, found in CATALOGUE.items()}
    if word in slugs:
        return slugs[word]
    near = closest(word, slugs) or closest(word.upper(), CATALOGUE)
    raise Usage(f"there is no diagnostic `{word}`", f"did you mean `{near}`?" if near else "a code looks like `TEK0301`")


def pages_folder() -> str | None:
    """Return where the pages are: in an installed tekc beside it, in a checkout in ``docs/diagnostics``."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for folder in (os.path.join(here, "_pages"), os.path.join(os.path.dirname(here), "docs", "diagnostics")):
        if os.path.isdir(folder):
            return folder
    return None


def read_page(code: str) -> str | None:
    """Return the page of a code, or None where there is none."""
    folder = pages_folder()
    if folder is None:
        return None
    try:
        with open(os.path.join(folder, f"{code}.md"), encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None
