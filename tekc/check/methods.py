"""Find methods: by the head of the receiver's type and the name.

Looked for in the module at hand, then among the names that it imports, then in the receiver's own module (for builtin
types: where the library declares their methods), and last in the modules that are imported as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check import builtins as bi
from tekc.check.defs import ANY, EnumDef, FnDef, ModuleInfo, RecordDef
from tekc.check.types import Builtin, show
from tekc.resolve import problems as rp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tekc.check.session import Session


class Methods:
    """Finds methods, and remembers what was found."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._found: dict[tuple[ModuleInfo, object, str], FnDef | None] = {}
        self._used: set[tuple[ModuleInfo, ModuleInfo]] = set()

    def find(self, module: ModuleInfo, head: object, name: str) -> FnDef | None:
        """Find the method ``name`` for receivers filed under ``head``, as ``module`` sees it."""
        key = (module, head, name)
        if key not in self._found:
            self._found[key] = self._look(module, head, name)
        found = self._found[key]
        if found is not None and found.module is not module:
            self._used.add((module, found.module))
        return found

    def used_from(self, module: ModuleInfo, other: ModuleInfo) -> bool:
        """Tell whether a module uses a method that another one declares."""
        return (module, other) in self._used

    def _look(self, module: ModuleInfo, head: object, name: str) -> FnDef | None:
        for place in self._places(module, head, name):
            found = self._in(place, head, name, module)
            if found is not None:
                return found
        return None

    def _places(self, module: ModuleInfo, head: object, name: str) -> Iterable[ModuleInfo]:
        yield module
        yield from module.taken.get(name, ())
        home = self.home(head)
        if home is not None:
            yield home
        if self._session.modules.prelude is not None:
            yield self._session.modules.prelude
        for imported in module.imports:
            if imported.name is not None:
                yield imported.module

    def home(self, head: object) -> ModuleInfo | None:
        """Return the module that declares the methods of a type."""
        if isinstance(head, RecordDef | EnumDef) and head.module is not None:
            return head.module
        name = head.module if isinstance(head, Builtin) else bi.ENUM_MODULES.get(head)
        return self._session.modules.std(name) if isinstance(name, str) else None

    def _in(self, place: ModuleInfo, head: object, name: str, seen_from: ModuleInfo) -> FnDef | None:
        fits_all: FnDef | None = None
        for fn in place.methods.get(name, ()):
            if place is not seen_from and not fn.decl.pub:
                continue
            self._session.ensure(fn)
            if fn.receiver is head:
                return fn
            if fn.receiver is ANY:
                fits_all = fn
        return fits_all

    def names(self, module: ModuleInfo, head: object) -> list[str]:
        """Return the names of all methods for a head, for "did you mean"."""
        found: dict[str, None] = {}
        places = list(self._places(module, head, ""))
        places += [m for modules in module.taken.values() for m in modules]
        for place in dict.fromkeys(places):
            for name in place.methods:
                if self._in(place, head, name, module) is not None:
                    found[name] = None
        return list(found)

    def check_declared(self, module: ModuleInfo) -> None:
        """Report methods that are declared twice for one type, and warn of those that hide another."""
        for name, fns in module.methods.items():
            seen: dict[object, FnDef] = {}
            for fn in fns:
                head = fn.receiver
                first = seen.get(head)
                if first is not None:
                    shown = show(fn.params[0].type) if fn.params else ""
                    self._session.report(rp.DuplicateMethod(fn.decl.name.at, name, shown, first.decl.name.at))
                    continue
                seen[head] = fn
                self._warn_hidden(module, fn, head, name)

    def _warn_hidden(self, module: ModuleInfo, fn: FnDef, head: object, name: str) -> None:
        if head is ANY:
            return
        places = list(self._places(module, head, name))[1:]
        for place in places:
            if place is module or (place.prelude and place is self._session.modules.prelude):
                continue
            found = self._in(place, head, name, module)
            if found is not None and found.receiver is head:
                shown = show(fn.params[0].type)
                self._session.report(rp.HiddenMethod(fn.decl.name.at, name, shown, "the library" if place.prelude else place.name))
                return
