"""Problems of names and modules, TEK0100 to TEK0199."""

from __future__ import annotations

from collections.abc import Iterator

from tekc.diagnostics import Edit, Help, Label, Problem, problem
from tekc.source import Span


def _meant(at: Span, suggestion: str | None) -> Iterator[Help]:
    if suggestion is not None:
        yield Help(f"did you mean `{suggestion}`?", (Edit(at, suggestion),))


@problem("TEK0100", slug="unknown-name")
class UnknownName(Problem):
    """A name that nothing in scope has.  ``what`` is ``name``, ``type``, ``variant``, ``function`` …"""

    at: Span
    what: str
    name: str
    suggestion: str | None = None
    advice: str | None = None
    edits: tuple[Edit, ...] = ()
    more: tuple[Span, ...] = ()

    def title(self) -> str:
        return f"there is no {self.what} `{self.name}` here"

    def mark(self) -> str:
        return "not known"

    def helps(self) -> Iterator[Help]:
        if self.suggestion is not None:
            edits = tuple([Edit(at, self.suggestion) for at in (self.at, *self.more)])
            yield Help(f"did you mean `{self.suggestion}`?", edits)
        if self.advice is not None:
            yield Help(self.advice, self.edits)


@problem("TEK0101", slug="missing-import")
class MissingImport(Problem):
    """A standard module is used without being imported."""

    at: Span
    module: str
    insert: Span

    def title(self) -> str:
        return f"the module `{self.module}` is not imported"

    def mark(self) -> str:
        return "used here"

    def helps(self) -> Iterator[Help]:
        first = "" if self.insert.file.text.startswith("import", self.insert.start) else "\n"
        yield Help(f"import it: `import {self.module}`", (Edit(self.insert, f"import {self.module}\n{first}"),))


@problem("TEK0102", slug="unknown-module")
class UnknownModule(Problem):
    """An import of a module that does not exist; ``uses`` are the places that mention it by the name that it would have."""

    at: Span
    module: str
    suggestion: str | None
    beside: bool
    uses: tuple[Span, ...] = ()

    def title(self) -> str:
        if self.beside:
            return f"there is no file for the module `{self.module}`"
        return f"there is no standard module `{self.module}`"

    def mark(self) -> str:
        return "not found"

    def helps(self) -> Iterator[Help]:
        if self.suggestion is not None:
            name = self.suggestion.rpartition(".")[2]
            edits = (Edit(self.at, self.suggestion), *[Edit(use, name) for use in self.uses])
            yield Help(f"did you mean `{self.suggestion}`?", edits)
        elif self.beside:
            yield Help("`import .name` takes `name.tek` beside this file, `import .lib.name` takes `lib/name.tek`")


@problem("TEK0103", slug="duplicate-name")
class DuplicateName(Problem):
    """Two declarations of one name in the same scope."""

    at: Span
    what: str
    name: str
    first: Span | None

    def title(self) -> str:
        return f"{self.what} `{self.name}` is declared twice"

    def mark(self) -> str:
        return "declared again here"

    def labels(self) -> Iterator[Label]:
        if self.first is not None:
            yield Label(self.first, "first declared here")


@problem("TEK0104", slug="import-cycle")
class ImportCycle(Problem):
    """Modules that import each other in a circle."""

    at: Span
    modules: tuple[str, ...]
    closing: Span | None = None

    def title(self) -> str:
        if len(self.modules) == 1:
            return f"the module `{self.modules[0]}` imports itself"
        return "modules import each other in a circle: " + " → ".join(f"`{m}`" for m in (*self.modules, self.modules[0]))

    def mark(self) -> str:
        return "this import closes the circle" if self.closing is None else "leads into the circle"

    def labels(self) -> Iterator[Label]:
        if self.closing is not None:
            yield Label(self.closing, "this import closes the circle")

    def helps(self) -> Iterator[Help]:
        if len(self.modules) > 1:
            yield Help("move what both need into a module of its own, which both import")


@problem("TEK0105", slug="private-name")
class PrivateName(Problem):
    """A name of another module that is not ``pub``."""

    at: Span
    name: str
    module: str
    declared: Span | None
    insert: Span | None

    def title(self) -> str:
        return f"`{self.name}` is private to the module `{self.module}`"

    def mark(self) -> str:
        return "not visible here"

    def labels(self) -> Iterator[Label]:
        if self.declared is not None:
            yield Label(self.declared, "declared without `pub`")

    def helps(self) -> Iterator[Help]:
        if self.insert is not None:
            yield Help("put `pub` in front of its declaration", (Edit(self.insert, "pub "),))


@problem("TEK0106", slug="unknown-member")
class UnknownMember(Problem):
    """A module that has nothing of that name."""

    at: Span
    module: str
    name: str
    suggestion: str | None

    def title(self) -> str:
        return f"the module `{self.module}` has no `{self.name}`"

    def mark(self) -> str:
        return "not there"

    def helps(self) -> Iterator[Help]:
        yield from _meant(self.at, self.suggestion)


@problem("TEK0107", slug="unknown-field")
class UnknownField(Problem):
    """A value has no field or method of that name; ``suggestion`` is shown, and put in by ``edits`` where it fits as it is."""

    at: Span
    type: str
    name: str
    what: str
    suggestion: str | None
    edits: tuple[Edit, ...] = ()
    advice: str | None = None

    def title(self) -> str:
        return f"`{self.type}` has no {self.what} `{self.name}`"

    def mark(self) -> str:
        return "not there"

    def helps(self) -> Iterator[Help]:
        if self.suggestion is not None:
            yield Help(f"did you mean `{self.suggestion}`?", self.edits)
        if self.advice is not None:
            yield Help(self.advice)


@problem("TEK0108", slug="unknown-variant")
class UnknownVariant(Problem):
    """An enum has no variant of that name."""

    at: Span
    enum: str
    name: str
    suggestion: str | None
    variants: tuple[str, ...]

    def title(self) -> str:
        return f"`{self.enum}` has no variant `{self.name}`"

    def mark(self) -> str:
        return "not there"

    def notes(self) -> Iterator[str]:
        if len(self.variants) <= 12:
            yield f"its variants: {', '.join(self.variants)}"

    def helps(self) -> Iterator[Help]:
        yield from _meant(self.at, self.suggestion)


@problem("TEK0109", slug="same-scope")
class SameScope(Problem):
    """A variable declared twice in the same scope."""

    at: Span
    name: str
    first: Span | None

    def title(self) -> str:
        return f"`{self.name}` is already declared in this scope"

    def mark(self) -> str:
        return "declared again here"

    def labels(self) -> Iterator[Label]:
        if self.first is not None:
            yield Label(self.first, "first declared here")

    def helps(self) -> Iterator[Help]:
        yield Help("take another name, or make the first one a `var` and assign to it")


@problem("TEK0110", slug="unused-import", severity="warning")
class UnusedImport(Problem):
    """An import that nothing uses."""

    at: Span
    name: str
    remove: Span

    def title(self) -> str:
        return f"the import `{self.name}` is not used"

    def mark(self) -> str:
        return "nothing uses it"

    def helps(self) -> Iterator[Help]:
        yield Help("remove it", (Edit(self.remove, ""),))


@problem("TEK0111", slug="hidden-method", severity="warning")
class HiddenMethod(Problem):
    """A method that hides another one of the same name and receiver."""

    at: Span
    name: str
    type: str
    module: str

    def title(self) -> str:
        return f"this `{self.name}` hides the method of `{self.type}` from `{self.module}`"

    def mark(self) -> str:
        return "hides it in this module"

    def helps(self) -> Iterator[Help]:
        yield Help("give it another name if that is not meant")


@problem("TEK0112", slug="duplicate-method")
class DuplicateMethod(Problem):
    """Two methods of one name for one type in one module."""

    at: Span
    name: str
    type: str
    first: Span

    def title(self) -> str:
        return f"the method `{self.name}` is declared twice for `{self.type}`"

    def mark(self) -> str:
        return "declared again here"

    def labels(self) -> Iterator[Label]:
        yield Label(self.first, "first declared here")

    def helps(self) -> Iterator[Help]:
        yield Help("a method is known by its name and its receiver's type without arguments: take another name for one of them")


@problem("TEK0113", slug="ambiguous-variant")
class AmbiguousVariant(Problem):
    """A variant's name that several enums in scope share, where no type is expected."""

    at: Span
    name: str
    enums: tuple[str, ...]

    def title(self) -> str:
        names = " and ".join(f"`{e}.{self.name}`" for e in self.enums)
        return f"`{self.name}` may be {names}"

    def mark(self) -> str:
        return "which one?"

    def helps(self) -> Iterator[Help]:
        for enum in self.enums:
            yield Help(f"write `{enum}.{self.name}`", (Edit(self.at, f"{enum}.{self.name}"),))


@problem("TEK0114", slug="not-a-value")
class NotAValue(Problem):
    """A module, type or method used where a value must stand.  ``what`` is the word for it."""

    at: Span
    name: str
    what: str
    advice: str | None = None

    def title(self) -> str:
        return f"{self.what} `{self.name}` is no value"

    def mark(self) -> str:
        return "a value must stand here"

    def helps(self) -> Iterator[Help]:
        if self.advice is not None:
            yield Help(self.advice)


@problem("TEK0115", slug="not-a-type")
class NotAType(Problem):
    """A variant or module used where a type must stand."""

    at: Span
    name: str
    what: str
    enum: str | None = None

    def title(self) -> str:
        return f"`{self.name}` is {self.what}, not a type"

    def mark(self) -> str:
        return "a type must stand here"

    def helps(self) -> Iterator[Help]:
        if self.enum is not None:
            yield Help(f"the type is `{self.enum}`", (Edit(self.at, self.enum),))


@problem("TEK0116", slug="built-in-name")
class BuiltInName(Problem):
    """A declaration takes the name of a type that the language itself knows."""

    at: Span
    name: str

    def title(self) -> str:
        return f"`{self.name}` is a type of the language itself"

    def mark(self) -> str:
        return "take another name"


@problem("TEK0117", slug="method-called-plainly")
class MethodCalledPlainly(Problem):
    """A method is called like a plain function."""

    at: Span
    name: str
    edits: tuple[Edit, ...] = ()

    def title(self) -> str:
        return f"`{self.name}` is a method"

    def mark(self) -> str:
        return "called like a plain function"

    def helps(self) -> Iterator[Help]:
        yield Help(f"call it on its receiver: `x.{self.name}(…)`", self.edits)
