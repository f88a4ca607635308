"""What is allowed, right now and here.

A permit is layers of capabilities, and an effect must be within each: what the run was granted, what the task needs, what
each ``only`` around it leaves.  A task that is called keeps the run's layer and the ``only`` ones, and brings its own instead
of its caller's.  Default kinds (output, clock, …) are in every layer; only a host or a policy takes them away.

Paths are judged as absolute ones without ``..``: relative scopes were anchored at the root when their layer was made.
"""

from __future__ import annotations

from tekrt.scopes.kinds import DEFAULT_KINDS, PATH, PROGRAM, includes, language_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tekrt.abi import Permit as Grants
    from tekrt.scopes import Capability

RUN, TASK, ONLY = "run", "task", "only"
MOST_KEPT = 8192
"""How many answers a permit keeps."""


class Layer:
    """Capabilities that together bound something.  ``shown`` are they as written, ``exact`` anchored ones."""

    __slots__ = ("_tests", "exact", "name", "shown", "what")

    def __init__(self, what: str, name: str, capabilities: Iterable[Capability], root: str, home: str) -> None:
        self.what = what
        self.name = name
        self.shown = tuple(capabilities)
        self._tests: dict[str, list[Callable[[Sequence[str]], bool]]] = {}
        if self.shown:
            from tekrt.scopes.capability import anchored

            self.exact = tuple(anchored(capability, root, home) for capability in self.shown)
        else:
            self.exact = ()

    def allows(self, kind: str, concrete: str | Sequence[str] | None) -> bool:
        """Tell whether some capability matches; paths are absolute and without ``..``."""
        if not self.exact:
            return False
        if language_of(kind) == PATH and isinstance(concrete, str):
            parts = concrete[1:].split("/") if len(concrete) > 1 else []
            return any(test(parts) for test in self._path_tests(kind))
        from tekrt.scopes.capability import matches

        return any(includes(c.kind, kind) and matches(c, concrete) for c in self.exact)

    def _path_tests(self, kind: str) -> list[Callable[[Sequence[str]], bool]]:
        tests = self._tests.get(kind)
        if tests is None:
            from tekrt.scopes.capability import parsed

            tests = [parsed(kind, c.scope).matches for c in self.exact if c.kind == kind and c.scope is not None]
            self._tests[kind] = tests
        return tests


class Permit:
    """The layers that bound what happens; immutable.  ``denied`` are default kinds that were taken away."""

    __slots__ = ("_answers", "denied", "home", "layers", "root")

    def __init__(self, layers: tuple[Layer, ...], root: str, home: str, denied: frozenset[str] = frozenset()) -> None:
        self.layers = layers
        self.root = root
        self.home = home
        self.denied = denied
        self._answers: dict[tuple[str, object], bool] = {}

    @staticmethod
    def of(capabilities: Iterable[Capability], root: str, home: str, denied: Iterable[str] = ()) -> Permit:
        """Return the permit of a run: ``capabilities`` and nothing else.  ``root`` and ``home`` are absolute."""
        return Permit((Layer(RUN, "", capabilities, root, home),), root, home, frozenset(denied))

    def narrow(self, capabilities: Iterable[Capability], name: str = "") -> Permit:
        """Return this permit with one layer more (``only``)."""
        return Permit((*self.layers, Layer(ONLY, name, capabilities, self.root, self.home)), self.root, self.home, self.denied)

    def for_task(self, name: str, needs: Iterable[Capability]) -> Permit:
        """Return the permit of a task that is called here: its needs take the place of the caller's."""
        kept = tuple(layer for layer in self.layers if layer.what != TASK)
        return Permit((*kept, Layer(TASK, name, needs, self.root, self.home)), self.root, self.home, self.denied)

    def matches(self, kind: str, concrete: str | tuple[str, ...] | None) -> bool:
        """Tell whether an effect on one concrete thing is allowed; paths are absolute and without ``..``."""
        if kind in DEFAULT_KINDS:
            return kind not in self.denied
        key = (kind, concrete)
        answer = self._answers.get(key)
        if answer is None:
            answer = self.refusing(kind, concrete) is None
            if len(self._answers) >= MOST_KEPT:
                self._answers.clear()
            self._answers[key] = answer
        return answer

    def refusing(self, kind: str, concrete: str | tuple[str, ...] | None) -> Layer | None:
        """Return the innermost layer that does not allow the effect, or None."""
        for layer in reversed(self.layers):
            if not layer.allows(kind, concrete):
                return layer
        return None

    def covers(self, capability: Capability) -> bool:
        """Tell whether all that the capability allows is proved to be allowed."""
        return self.uncovered(capability) is None

    def uncovered(self, capability: Capability) -> Layer | None:
        """Return the innermost layer that is not proved to hold the capability, or None."""
        if capability.kind in DEFAULT_KINDS:
            return self.layers[0] if capability.kind in self.denied else None
        from tekrt.scopes.capability import anchored, covered

        wanted = anchored(capability, self.root, self.home)
        for layer in reversed(self.layers):
            if not covered(layer.exact, wanted):
                return layer
        return None

    def granted(self, kind: str) -> list[Capability]:
        """Return the capabilities of ``kind`` in the innermost layer, as written."""
        return [c for c in self.layers[-1].shown if includes(c.kind, kind)]

    def exact(self, kind: str) -> list[list[Capability]]:
        """Return the anchored capabilities of ``kind``, layer by layer."""
        return [[c for c in layer.exact if includes(c.kind, kind)] for layer in self.layers]

    def as_data(self) -> Grants:
        """Return the permit as a record of the ABI."""
        from tekrt.abi import Layer as Shown
        from tekrt.abi import Permit as Grants

        layers = [Shown((layer.what + " " + layer.name).strip(), [str(c) for c in layer.shown]) for layer in self.layers]
        return Grants(layers, sorted(self.denied))


__all__ = ["ONLY", "PATH", "PROGRAM", "RUN", "TASK", "Layer", "Permit"]
