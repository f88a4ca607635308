"""Values as flat plain data and back: for constants, images and saved runs.  Never recurses, and marshal need not either.

Plain data is ``(root, nodes)``.  A part is a Python scalar that stands for itself, or ``(n,)`` for node ``n``; parts of a node are
earlier nodes.  Sharing and counts are kept: what was one object is one object again.
"""

from __future__ import annotations

from tekrt.values.containers import FOREVER, Closure, TList, TMap, TSet, key_of
from tekrt.values.scalars import Command, Duration, Instant, Path, Regex, Secret, Size
from tekrt.values.types import RecordType, VariantType, enum_type, record_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Plain = tuple[Any, list[tuple[Any, ...]]]
    Ref = Any

_COMMON = frozenset([tuple, list, TList, TMap, TSet])
_SELF = frozenset([int, float, str, bytes, bool, type(None)])
_SCALARS: dict[str, Callable[[Any], Any]] = {
    "Duration": Duration, "Size": Size, "Instant": Instant, "Path": Path, "Regex": Regex,
}  # fmt: skip


def scalar(head: str, content: Any) -> Any:
    """Return the value of a scalar type with this plain content: nanoseconds, bytes or text."""
    return _SCALARS[head](content)


class Writer:
    """Turns values into nodes; several values may be written one after the other, sharing kept between them.

    ``extra`` writes what is no value of the language: it returns plain data for an object, or None.
    """

    def __init__(self, extra: Callable[[Any], Any] | None = None) -> None:
        self.nodes: list[tuple[Any, ...]] = []
        self._extra = extra
        self._seen: dict[int, tuple[int]] = {}
        self._owners: dict[int, Any] = {}  # whose Python list or dict inside is this
        self._keep: list[Any] = []  # what ids were taken of must stay alive

    def scan(self, values: list[Any]) -> None:
        """Find out which Python lists and dicts are the inside of a list or map, before values that may point there are written."""
        todo = list(values)
        seen: set[int] = set()
        while todo:
            v = todo.pop()
            if type(v) in _SELF or id(v) in seen:
                continue
            seen.add(id(v))
            self._keep.append(v)
            if type(v) is TList:
                self._owners[id(v.a)] = v
            elif type(v) is TMap:
                self._owners[id(v.d)] = v
            todo.extend(_parts(v))

    def write(self, value: Any) -> Ref:
        """Write a value and all that it holds, parts first; return what stands for it."""
        stack: list[tuple[Any, bool]] = [(value, False)]
        while stack:
            v, ready = stack.pop()
            if type(v) in _SELF or id(v) in self._seen:
                continue
            owner = self._owners.get(id(v))
            parts = _parts(v) if owner is None else [owner]
            if not ready and parts:
                stack.append((v, True))
                stack.extend((part, False) for part in parts)
                continue
            refs = [self.ref(part) for part in parts]
            self.nodes.append(("inside", *refs) if owner is not None else self._node(v, refs))
            self._seen[id(v)] = (len(self.nodes) - 1,)
            self._keep.append(v)
        return self.ref(value)

    def ref(self, value: Any) -> Ref:
        """Return what stands for a value that was written."""
        return value if type(value) in _SELF else self._seen[id(value)]

    def _node(self, v: Any, parts: list[Ref]) -> tuple[Any, ...]:
        data = self._extra(v) if self._extra is not None and type(v) not in _COMMON else None
        return _node(v, parts) if data is None else ("extra", data)


def _parts(v: Any) -> list[Any]:
    """Return what a value holds, in the order in which its node lists it."""
    t = type(v)
    if t is tuple:
        return list(v[1:]) if v and type(v[0]) is VariantType else list(v)
    if t is list:
        return v[2:] if len(v) > 1 and type(v[1]) is RecordType else list(v)
    if t is TList:
        return [] if type(v.a) is range else list(v.a)
    if t is TMap:
        return [*(v.d if v.keys is None else v.keys.values()), *v.d.values()]
    if t is TSet:
        return list(v.d.values())
    if t is Closure:
        return list(v.caps)
    return []


def _node(v: Any, parts: list[Ref]) -> tuple[Any, ...]:
    """Return the node of a value whose parts are written."""
    t = type(v)
    if t is tuple:
        return ("variant", v[0].enum.name, v[0].index, *parts) if v and type(v[0]) is VariantType else ("tuple", *parts)
    if t is list:
        return ("record", v[0], v[1].name, *parts) if len(v) > 1 and type(v[1]) is RecordType else ("cell", *parts)
    if t is TList:
        return ("range", v.rc, v.a.start, v.a.stop, v.a.step) if type(v.a) is range else ("list", v.rc, *parts)
    if t is TMap:
        return ("map", v.rc, *parts)
    if t is TSet:
        return ("set", v.rc, *parts)
    if t is Closure:
        return ("closure", v.rc, v.name, *parts)
    return _scalar_node(v)


def _scalar_node(v: Any) -> tuple[Any, ...]:
    t = type(v)
    if t in (Duration, Size, Instant):
        return ("scalar", t.__name__, v.n)
    if t in (Path, Regex):
        return ("scalar", t.__name__, v.text)
    if t is Secret:
        return ("secret", v.name, v.parts)
    if t is Command:
        return ("command", *_command(v))
    raise TypeError(f"a {t.__name__} cannot be written down")


def _command(c: Command) -> tuple[Any, ...]:
    stages = []
    for stage in c.stages():
        env = tuple((name, _word(text)) for name, text in stage.env.items())
        stages.append((tuple(_word(w) for w in stage.argv), stage.cwd, env, _word(stage.stdin), stage.timeout))
    return tuple(stages)


def _word(word: Any) -> Any:
    return (word.name, word.parts) if type(word) is Secret else word


def _unword(word: Any) -> Any:
    return Secret(*word) if type(word) is tuple else word


def plain(value: Any) -> Plain:
    """Return a value as plain data; TypeError where it holds something that only lives in this process."""
    writer = Writer()
    return (writer.write(value), writer.nodes)


class Reader:
    """Makes values of nodes.  ``code`` finds the code of a function by name, for closures; ``extra`` reads what a writer's
    ``extra`` wrote.
    """

    def __init__(self, nodes: list[tuple[Any, ...]], shared: bool = False, code: Callable[[str], Any] | None = None,
                 extra: Callable[[Any], Any] | None = None) -> None:  # fmt: skip
        self._shared = shared
        self._code = code
        self._extra = extra
        self.made: list[Any] = []
        for node in nodes:
            self.made.append(self._make(node))

    def read(self, ref: Ref) -> Any:
        """Return the value that a reference stands for."""
        return self.made[ref[0]] if type(ref) is tuple else ref

    def _make(self, node: tuple[Any, ...]) -> Any:
        kind = node[0]
        made = self.made
        if kind == "tuple":
            return tuple(made[x[0]] if type(x) is tuple else x for x in node[1:])
        if kind == "variant":
            variant = enum_type(node[1]).variants[node[2]]
            if len(node) == 3:
                return variant.value
            return (variant, *[made[x[0]] if type(x) is tuple else x for x in node[3:]])
        if kind == "cell":
            return [self.read(x) for x in node[1:]]
        if kind == "scalar":
            return scalar(node[1], node[2])
        if kind in ("secret", "command", "inside", "closure", "extra"):
            return self._special(node)
        rc = FOREVER if self._shared else node[1]
        if kind == "record":
            return [rc, record_type(node[2]), *[self.read(x) for x in node[3:]]]
        if kind == "range":
            return TList(rc, range(*node[2:]))
        parts = [made[x[0]] if type(x) is tuple else x for x in node[2:]]
        if kind == "list":
            return TList(rc, parts)
        if kind == "set":
            return TSet(rc, {key_of(item): item for item in parts})
        half = len(parts) // 2
        return _map(rc, parts[:half], parts[half:])

    def _special(self, node: tuple[Any, ...]) -> Any:
        kind = node[0]
        if kind == "secret":
            return Secret(node[1], node[2])
        if kind == "extra":
            if self._extra is None:
                raise TypeError("this cannot be read without its run")
            return self._extra(node[1])
        if kind == "inside":
            owner = self.read(node[1])
            return owner.a if type(owner) is TList else owner.d
        if kind == "closure":
            if self._code is None:
                raise TypeError(f"the function {node[2]} cannot be read without its program")
            closure = Closure(node[2], self._code(node[2]), tuple(self.read(x) for x in node[3:]))
            closure.rc = FOREVER if self._shared else node[1]
            return closure
        command: Command | None = None
        for argv, cwd, env, stdin, timeout in reversed(node[1:]):
            words = {name: _unword(text) for name, text in env}
            command = Command([_unword(w) for w in argv], cwd, words, _unword(stdin), timeout, command)
        return command


def _map(rc: int, keys: list[Any], values: list[Any]) -> TMap:
    canon = [key_of(key) for key in keys]
    d = dict(zip(canon, values, strict=True))
    own_keys = all(a is b for a, b in zip(canon, keys, strict=True))
    return TMap(rc, d, None if own_keys else dict(zip(canon, keys, strict=True)))


def from_plain(data: Plain, shared: bool = False, code: Callable[[str], Any] | None = None) -> Any:
    """Return the value that plain data stands for; ``shared`` gives it counts that nobody brings down, as constants need."""
    root, nodes = data
    return Reader(nodes, shared, code).read(root)
