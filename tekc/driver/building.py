"""From a file to what can run: parse, check, lower, passes, constants, image.

What is built is plain data, kept in the cache as it is: the image, the warnings as they are shown, and for each task what this
version cannot run yet.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, NamedTuple

from tekc.diagnostics.render import ordered, render
from tekc.driver.cache import Cache, now
from tekc.driver.files import Files
from tekc.driver.modules import Modules

if TYPE_CHECKING:
    from tekc.check.facts import Checked
    from tekc.diagnostics import Problem
    from tekc.driver.warm import Payload, TaskNotes, Texts

RUN, TEST = "run", "test"
"""What an image is for: running tasks of the file, or its tests."""


class Built(NamedTuple):
    """What came of building: the payload, or None where there are errors; and all problems."""

    payload: Payload | None
    problems: list[Problem]


def build(path: str, kind: str, cache: Cache, files: Files | None = None) -> Built:
    """Build the program of the main file `path`, or take it from the cache where a file with this content was built before."""
    reader = files if files is not None else Files()
    try:
        kept = cache.recall_content(kind, path, reader.read(path), reader.read)
    except OSError:
        kept = None  # the compilation will say what is wrong with the file
    if kept is not None:
        return Built(kept, [])
    read_at = now()
    problems: list[Problem] = []
    modules = Modules(reader, problems.append)
    collecting = gc.isenabled()
    gc.disable()  # what is made is needed to the end
    try:
        payload = _compile(path, kind, modules, problems)
    finally:
        if collecting:
            gc.enable()
    if payload is not None:
        sources = [(name, modules.sources[name]) for name in modules.reached(path)]
        cache.keep(kind, sources, payload, read_at)
    return Built(payload, ordered(problems))


def _compile(path: str, kind: str, modules: Modules, problems: list[Problem]) -> Payload | None:
    from tekc.check import check_program
    from tekc.driver.consts import evaluate_constants
    from tekc.lower import lower_program
    from tekrt.interp.image import build_image

    main = modules.main(path)
    checked = check_program(modules, [main], problems.append)
    if _has_errors(problems):
        return None
    notes = _notes(checked)
    program = lower_program(checked, tests=kind == TEST)
    evaluate_constants(program, checked, problems.append)
    if _has_errors(problems):
        return None
    return build_image(program), texts(ordered(problems)), notes


def texts(problems: list[Problem]) -> Texts:
    """Return problems as they are written for people and for programs."""
    return "".join(render(problems)), "".join(render(problems, colour=True)), "".join(render(problems, "json"))


def _has_errors(problems: list[Problem]) -> bool:
    return any(one.severity == "error" for one in problems)


def _notes(checked: Checked) -> dict[str, TaskNotes]:
    """Return what the command line has to know of each task of the main file beside the image."""
    effects = checked.effects
    if effects is None:
        return {}
    found: dict[str, TaskNotes] = {}
    for task in checked.tasks:
        if task.module in checked.mains:
            later = [(one.capability, one.at.file.path, one.at.file.line_column(one.at.start)[0]) for one in effects.later(task)]
            found[task.qualified] = texts(ordered(effects.unsupported(task))), later
    return found
