"""Finding modules: ``import .lib.text`` is ``lib/text.tek`` beside the importing file, ``import fs`` is the library's."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tekc.check.facts import Loaded, Loader
from tekc.driver.files import MOST_BYTES, Files, TooLarge, reason
from tekc.driver.problems import SourceTooLarge, UnreadableFile
from tekc.source import SourceFile, Span
from tekc.syntax import decode_source, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekc.diagnostics import Report
    from tekc.syntax import ast

SUFFIX = ".tek"


def library_folder() -> str:
    """Return the folder of the standard library's sources."""
    import tekstd

    return os.path.dirname(os.path.abspath(tekstd.__file__))


class Modules(Loader):
    """The modules of one compilation; each file is read and parsed once.

    ``sources`` are the user's files that were read, by the path that diagnostics show, in the order of reading.
    """

    def __init__(self, files: Files, report: Report) -> None:
        self.files = files
        self.report = report
        self.sources: dict[str, bytes] = {}
        self._library = library_folder()
        self._standard: dict[tuple[str, ...], Loaded | None] = {}
        self._user: dict[object, Loaded] = {}
        self._names: set[str] = set()
        self._edges: dict[str, set[str]] = {}  # which user's file imports which
        self._folders: dict[int, str] = {}  # by id of the Loaded, which _user keeps alive
        self._base = ""

    def main(self, path: str) -> Loaded:
        """Load a file that was named by the user."""
        self._base = self._base or os.path.dirname(path)
        return self._load(path)

    def load(self, importer: Loaded | None, level: int, path: Sequence[str]) -> Loaded | None:
        """Find a module for an import; None where there is none."""
        if level == 0 or importer is None:
            return self._load_standard(tuple(path))
        if importer.std:
            return self._load_standard(tuple(path))
        found = os.path.join(self._folders[id(importer)], *path) + SUFFIX
        if not self.files.is_there(found):
            return None
        loaded = self._load(found)
        self._edges.setdefault(importer.tree.at.file.path, set()).add(loaded.tree.at.file.path)
        return loaded

    def reached(self, path: str) -> list[str]:
        """Return the user's files that a file is made of: itself first, then what it imports, all the way."""
        found = {path: None}
        todo = [path]
        while todo:
            for name in sorted(self._edges.get(todo.pop(), ())):
                if name not in found:
                    found[name] = None
                    todo.append(name)
        return list(found)

    def names(self, importer: Loaded | None, level: int) -> Sequence[str]:
        """Return the names of modules that an import may have meant."""
        if level == 0 or importer is None:
            found = [name for name in self.files.listing(self._library) if not name.startswith(("prelude", "_"))]
        else:
            found = self.files.listing(self._folders.get(id(importer), self._library))
        return [name.removesuffix(SUFFIX) for name in found if name.endswith(SUFFIX)]

    def _load_standard(self, path: tuple[str, ...]) -> Loaded | None:
        if path not in self._standard:
            self._standard[path] = self._read_standard(path)
        return self._standard[path]

    def _read_standard(self, path: tuple[str, ...]) -> Loaded | None:
        where = os.path.join(self._library, *path) + SUFFIX
        try:
            data = self.files.read(where)
        except FileNotFoundError:
            return None
        name = ".".join(path)
        text = data.decode("utf-8")
        return Loaded(name, parse(SourceFile(f"<std>/{'/'.join(path)}{SUFFIX}", text), self.report), std=True)

    def _load(self, path: str) -> Loaded:
        """Load a user's file.  One that is there and cannot be read counts as empty: that it is so was reported."""
        key = self.files.same(path)
        known = self._user.get(key)
        if known is None:
            known = self._user[key] = Loaded(self._name(path), self._read(path))
            self._folders[id(known)] = os.path.dirname(path)
        return known

    def _read(self, path: str) -> ast.Module:
        empty = SourceFile(path, "")
        empty.unread = True
        try:
            data = self.files.read(path)
        except OSError as error:
            at = Span(empty, 0, 0)
            problem = SourceTooLarge(at, error.size, MOST_BYTES) if isinstance(error, TooLarge) else UnreadableFile(at, reason(error))
            self.report(problem)
            return parse(empty, self.report)
        self.sources[path] = data
        text = decode_source(path, data, self.report)
        return parse(empty if text is None else SourceFile(path, text), self.report)

    def _name(self, path: str) -> str:
        """Return a name that no other module of the program has, neither the library's."""
        relative = os.path.relpath(path, self._base or ".").removesuffix(SUFFIX)
        name = relative.replace("../", "").replace(os.sep, ".")
        if self.files.is_there(os.path.join(self._library, name + SUFFIX)) or name.startswith("prelude"):
            name = "." + name
        while name in self._names:
            name += "'"
        self._names.add(name)
        return name
