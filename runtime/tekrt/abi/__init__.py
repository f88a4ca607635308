"""What crosses the border of the run time as data: envelopes, outcomes, permits, budgets, manifests, runs.

Plain slotted classes with a table of fields, because a warm start loads them; ``as_plain`` and ``from_plain`` turn them
into JSON-able data and back, and the schemas in ``schemas/`` are made from the same table (:mod:`tekrt.abi.schema`).
A record of an earlier version reads as long as each new field has a default.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Self, TypeVar

    R = TypeVar("R", bound="Record")

ABI_VERSION = 1
"""Goes up when a record changes its meaning."""


class Record:
    """Base of the ABI's classes: equality, printing and plain data by the table of fields.

    ``FIELDS`` has a name, a type (``int``, ``str``, ``list[str]``, ``int?`` …, or the name of another record), a line of
    documentation and a default, or ``...`` where the field is required.
    """

    __slots__ = ()
    FIELDS: ClassVar[tuple[tuple[str, str, str, Any], ...]] = ()

    def as_plain(self) -> dict[str, Any]:
        """Return the record as JSON-able data."""
        return {name: _plain(getattr(self, name)) for name, _, _, _ in self.FIELDS}

    @classmethod
    def from_plain(cls, data: dict[str, Any]) -> Self:
        """Return the record of plain data.  Raises ValueError where a required field is missing."""
        values = []
        for name, kind, _, default in cls.FIELDS:
            if name not in data:
                if default is ...:
                    raise ValueError(f"{cls.__name__} lacks `{name}`")
                values.append(default)
            else:
                values.append(_made(kind, data[name]))
        return cls(*values)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and all(getattr(self, f[0]) == getattr(other, f[0]) for f in self.FIELDS)

    __hash__ = None  # type: ignore[assignment]  # records have fields that change

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{f[0]}={getattr(self, f[0])!r}' for f in self.FIELDS)})"


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value.as_plain()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _made(kind: str, value: Any) -> Any:
    record = RECORDS.get(kind.removeprefix("list[").rstrip("]?"))
    if record is None or value is None:
        return value
    return [record.from_plain(item) for item in value] if kind.startswith("list[") else record.from_plain(value)


class Envelope(Record):
    """One attempt to touch the world, before it is judged."""

    __slots__ = ("attempt", "budget", "detail", "effect", "permit", "run", "scope", "seq", "task", "time")
    FIELDS = (
        ("seq", "int", "number of the effect in its run, from 1", ...),
        ("time", "int", "nanoseconds since 1970-01-01T00:00:00Z", ...),
        ("run", "str", "the run's name", ...),
        ("task", "str", "the task that asks", ...),
        ("attempt", "int", "which attempt of the task, from 1", 1),
        ("effect", "str", "kind of capability, as `fs.read`", ...),
        ("scope", "str?", "what it touches: a path, a host, a program, a name", None),
        ("detail", "str", "the operation, as `read_text`", ""),
        ("permit", "str", "digest or name of the permit that judged it", ""),
        ("budget", "str", "what was left, as text, where a budget is set", ""),
    )

    def __init__(self, seq: int, time: int, run: str, task: str, attempt: int, effect: str, scope: str | None, detail: str = "",
                 permit: str = "", budget: str = "") -> None:  # fmt: skip
        self.seq = seq
        self.time = time
        self.run = run
        self.task = task
        self.attempt = attempt
        self.effect = effect
        self.scope = scope
        self.detail = detail
        self.permit = permit
        self.budget = budget


class Outcome(Record):
    """How an attempt ended: ``ok``, ``denied`` or ``failed``."""

    __slots__ = ("bytes", "count", "digest", "duration", "message", "seq", "status")
    FIELDS = (
        ("seq", "int", "the envelope's number", ...),
        ("status", "str", "ok, denied or failed", ...),
        ("duration", "int", "nanoseconds that it took", 0),
        ("bytes", "int", "how much was read or written, where that is known", 0),
        ("digest", "str", "BLAKE2b-256 of what was read or written, where it is taken", ""),
        ("message", "str", "why it was denied or failed", ""),
        ("count", "int", "how many times in a row it was done: appends to one file are one effect", 1),
    )

    def __init__(self, seq: int, status: str, duration: int = 0, bytes: int = 0, digest: str = "", message: str = "",
                 count: int = 1) -> None:  # fmt: skip
        self.seq = seq
        self.status = status
        self.duration = duration
        self.bytes = bytes
        self.digest = digest
        self.message = message
        self.count = count


class Reach(Record):
    """One line of a manifest: a capability and the module by which it is reached."""

    __slots__ = ("capability", "module")
    FIELDS = (
        ("module", "str", "the module whose task or function needs it", ...),
        ("capability", "str", "as it is written in `needs`, scopes at their widest", ...),
    )

    def __init__(self, module: str, capability: str) -> None:
        self.module = module
        self.capability = capability


class Manifest(Record):
    """Everything that a task and all tasks that it can call may touch."""

    __slots__ = ("reach", "task")
    FIELDS = (
        ("task", "str", "the task that is run", ...),
        ("reach", "list[Reach]", "what it may touch", ...),
    )

    def __init__(self, task: str, reach: list[Reach]) -> None:
        self.task = task
        self.reach = reach


class Permit(Record):
    """A permit as data: what the run may do, and what each narrowing left of it."""

    __slots__ = ("denied", "layers")
    FIELDS = (
        ("layers", "list[Layer]", "each effect must be within every layer", ...),
        ("denied", "list[str]", "default kinds that a host or a policy took away", ()),
    )

    def __init__(self, layers: list[Layer], denied: list[str] | tuple[str, ...] = ()) -> None:
        self.layers = layers
        self.denied = list(denied)


class Layer(Record):
    """One layer of a permit."""

    __slots__ = ("capabilities", "why")
    FIELDS = (
        ("why", "str", "`run`, `task NAME` or `only`", ...),
        ("capabilities", "list[str]", "as written in `needs`", ...),
    )

    def __init__(self, why: str, capabilities: list[str]) -> None:
        self.why = why
        self.capabilities = capabilities


class Budget(Record):
    """A budget as data: how much of each kind may be spent, and was."""

    __slots__ = ("limits", "spent")
    FIELDS = (
        ("limits", "dict", "most of each kind: time (ns), tokens, cost, process, net (bytes)", ...),
        ("spent", "dict", "how much of each was spent", ...),
    )

    def __init__(self, limits: dict[str, float], spent: dict[str, float]) -> None:
        self.limits = limits
        self.spent = spent


class Run(Record):
    """A run: what was started, when, with which permit."""

    __slots__ = (
        "arguments", "code", "ended", "file", "grants", "head", "name", "records", "root", "started", "status", "task", "version",
    )  # fmt: skip
    FIELDS = (
        ("name", "str", "unique below the root", ...),
        ("file", "str", "the script", ...),
        ("task", "str", "the task that was run", ...),
        ("arguments", "list[str]", "as typed, secrets left out", ...),
        ("root", "str", "absolute path", ...),
        ("started", "int", "nanoseconds since 1970-01-01T00:00:00Z", ...),
        ("grants", "Permit", "what the run may do", ...),
        ("code", "str", "digest of the compiled program", ""),
        ("version", "str", "version of tekc", ""),
        ("ended", "int?", "nanoseconds since 1970-01-01T00:00:00Z, where it has ended", None),
        ("status", "str", "running, done, failed, denied, spent or interrupted", "running"),
        ("records", "int", "how many records its ledger has, where it has ended", 0),
        ("head", "str", "digest of the last of them", ""),
    )

    def __init__(self, name: str, file: str, task: str, arguments: list[str], root: str, started: int, grants: Permit,
                 code: str = "", version: str = "", ended: int | None = None, status: str = "running", records: int = 0,
                 head: str = "") -> None:
        self.name = name
        self.file = file
        self.task = task
        self.arguments = arguments
        self.root = root
        self.started = started
        self.grants = grants
        self.code = code
        self.version = version
        self.ended = ended
        self.status = status
        self.records = records
        self.head = head


class Source(Record):
    """A file that a program was made from."""

    __slots__ = ("digest", "path")
    FIELDS = (
        ("path", "str", "as diagnostics name it", ...),
        ("digest", "str", "BLAKE2b-256 of its content, or empty where it could not be read", ...),
    )

    def __init__(self, path: str, digest: str) -> None:
        self.path = path
        self.digest = digest


class Evidence(Record):
    """What proves a run: digests of all that was kept of it, and of what it was made from."""

    __slots__ = ("files", "head", "manifest", "records", "run", "sources")
    FIELDS = (
        ("run", "Run", "the run, as it ended", ...),
        ("manifest", "Manifest", "what the task could touch", ...),
        ("sources", "list[Source]", "the files of the program", ...),
        ("files", "list[Source]", "what lies beside this file", ...),
        ("records", "int", "how many records the ledger has", ...),
        ("head", "str", "digest of the last of them", ...),
    )

    def __init__(self, run: Run, manifest: Manifest, sources: list[Source], files: list[Source], records: int, head: str) -> None:
        self.run = run
        self.manifest = manifest
        self.sources = sources
        self.files = files
        self.records = records
        self.head = head


RECORDS: dict[str, type[Record]] = {
    record.__name__: record for record in (Envelope, Outcome, Reach, Manifest, Layer, Permit, Budget, Run, Source, Evidence)
}
"""Every record of the ABI by name."""
