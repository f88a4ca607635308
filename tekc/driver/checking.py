"""Checking without running: what ``tekc check`` does, with the findings of unchanged files kept."""

from __future__ import annotations

import gc

from tekc.driver.cache import Cache, now
from tekc.driver.files import Files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from tekc.diagnostics import Problem

KIND = "check"


def check_files(paths: Sequence[str], cache: Cache, files: Files | None = None) -> list[Problem]:
    """Check files and all that they import; return the problems in order.

    A file is not checked again while it and all that it is made of are as they were.  Where no file has to be, and none has a
    problem, nothing of the compiler is loaded.
    """
    reader = files if files is not None else Files()
    problems: list[Problem] = []
    stale: list[str] = []
    for path in paths:
        kept = _kept(path, cache, reader)
        if kept is None:
            stale.append(path)
        else:
            problems += kept
    if stale:
        problems += _check(stale, cache, reader)
    if not problems:
        return []
    from tekc.diagnostics.render import ordered

    return ordered(problems)


def _kept(path: str, cache: Cache, files: Files) -> list[Problem] | None:
    payload: Any = cache.recall(KIND, path)
    if payload is None:
        try:
            payload = cache.recall_content(KIND, path, files.read(path), files.read)
        except OSError:
            return None
    if payload is None:
        return None
    if not payload:
        return []
    from tekc.driver.kept import thaw
    from tekc.driver.modules import library_folder

    names = {place for one in payload for place in _paths(one) if not place.startswith("<")}
    try:
        sources = {name: files.read(name) for name in names}
        return thaw(payload, sources, library_folder())
    except OSError:
        return None


def _paths(plain_problem: tuple[Any, ...]) -> list[str]:
    _, _, _, _, at, _, _, labels, _, helps = plain_problem
    return [at[0], *[where[0] for where, _ in labels], *[where[0] for _, edits in helps for where, _ in edits]]


def _check(paths: Sequence[str], cache: Cache, files: Files) -> list[Problem]:
    from tekc.check import check_program
    from tekc.diagnostics.render import ordered
    from tekc.driver.consts import check_constants
    from tekc.driver.kept import plain
    from tekc.driver.modules import Modules

    problems: list[Problem] = []
    read_at = now()
    modules = Modules(files, problems.append)
    collecting = gc.isenabled()
    gc.disable()  # trees and types are kept to the end anyway; looking for garbage among them would take a third of the time
    try:
        mains = [modules.main(path) for path in paths]
        checked = check_program(modules, mains, problems.append)
        if not any(one.severity == "error" for one in problems):
            check_constants(checked, problems.append)
    finally:
        if collecting:
            gc.enable()
    for path in paths:
        if path in modules.sources:
            parts = modules.reached(path)
            payload = [plain(one) for one in ordered(problems) if one.at.file.path in parts]
            cache.keep(KIND, [(name, modules.sources[name]) for name in parts if name in modules.sources], payload, read_at)
    return problems
