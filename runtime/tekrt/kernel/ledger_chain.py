"""The form of a ledger: a record a line, canonical JSON, each with the digest of the line before.

A line is a JSON object with sorted names, without blanks, in ASCII.  ``after`` is the BLAKE2b-256 of the whole line before it (of
the run's name for the first) and ``record`` its kind: ``open`` (the run), ``permit`` (what a name in envelopes stands for), ``begin``
(an envelope), ``end`` (an outcome), ``note``, ``close``.  Because ``after`` sorts first, a chain is checked without parsing.
"""

from __future__ import annotations

from _blake2 import blake2b
from _json import encode_basestring_ascii as quoted

from tekrt.values.failure import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from tekrt.abi import Envelope, Outcome

LONGEST = 1 << 24
"""No line is longer, in bytes."""
HALF = "the last record is not whole"
_FIRST = b"tek ledger 1\n"


def digest(data: bytes) -> str:
    """Return the BLAKE2b-256 in hexadecimal."""
    return blake2b(data, digest_size=32).hexdigest()


def beginning(run: str) -> str:
    """Return what the first record of a run comes after."""
    return digest(_FIRST + run.encode("utf-8", "surrogatepass"))


def canonical(value: Any) -> str:
    """Return plain data of the ABI, which is as deep as its records are, as JSON that is the same for the same data.

    By hand, because the module ``json`` takes longer to load than a script may need to run.
    """
    if isinstance(value, str):
        return quoted(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{quoted(name)}:{canonical(value[name])}" for name in sorted(value)) + "}"
    return "[" + ",".join([canonical(item) for item in value]) + "]"


def line(after: str, record: str, fields: dict[str, Any]) -> bytes:
    """Return the line of a record of any kind."""
    return canonical({"after": after, "record": record, **fields}).encode() + b"\n"


def begin_line(after: str, e: Envelope) -> bytes:
    """Return the line of an envelope: what :func:`line` would, faster."""
    scope = "null" if e.scope is None else quoted(e.scope)
    return (
        f'{{"after":"{after}","attempt":{e.attempt},"budget":{quoted(e.budget)},"detail":{quoted(e.detail)},"effect":{quoted(e.effect)},'
        f'"permit":{quoted(e.permit)},"record":"begin","run":{quoted(e.run)},"scope":{scope},"seq":{e.seq},"task":{quoted(e.task)},'
        f'"time":{e.time}}}\n'
    ).encode()


def end_line(after: str, o: Outcome) -> bytes:
    """Return the line of an outcome."""
    return (
        f'{{"after":"{after}","bytes":{o.bytes},"count":{o.count},"digest":{quoted(o.digest)},"duration":{o.duration},'
        f'"message":{quoted(o.message)},"record":"end","seq":{o.seq},"status":{quoted(o.status)}}}\n'
    ).encode()


class Anchor:
    """A head that was kept outside of the ledger: so many records, the digest of the last, and whether the run was closed."""

    __slots__ = ("closed", "count", "head")

    def __init__(self, count: int, head: str, closed: bool) -> None:
        self.count = count
        self.head = head
        self.closed = closed


class Verdict:
    """What checking a ledger found.  ``problem`` is empty where nothing was changed.

    ``records`` are whole ones, ``loose`` those that no anchor proves yet because the run did not end in good order, ``doubt`` the
    effects that began and have no outcome.  ``first`` and ``last`` are lines.
    """

    __slots__ = ("closed", "doubt", "first", "head", "last", "loose", "problem", "records")

    def __init__(self) -> None:
        self.records = 0
        self.loose = 0
        self.doubt = 0
        self.closed = False
        self.head = ""
        self.first = b""
        self.last = b""
        self.problem = ""


def check(lines: Iterable[bytes], run: str, anchor: Anchor | None) -> Verdict:
    """Check the lines of a run's ledger, each with its end, against the chain and the anchored head."""
    found = Verdict()
    head = beginning(run)
    at = began = 0
    anchored = anchor.count if anchor is not None else -1
    proved = anchored == 0 and anchor is not None and anchor.head == head
    for text in lines:
        if text[-1:] != b"\n":
            found.problem = HALF
            break
        if text[:75] != b'{"after":"' + head.encode() + b'"':
            found.problem = f"record {at + 1} does not come after record {at}: something was changed, cut out, moved or put in here"
            break
        at += 1
        head = blake2b(text, digest_size=32).hexdigest()
        if b'"record":"begin"' in text:
            began += 1
        elif b'"record":"end"' in text:
            began -= 1
        if at == 1:
            found.first = text
        found.last = text
        if at == anchored and anchor is not None:
            proved = head == anchor.head
            if not proved:
                found.problem = f"one of the first {at} records was changed: the head that was anchored is another"
                break
    found.records = at
    found.head = head
    found.doubt = max(began, 0)
    found.closed = anchor is not None and anchor.closed
    if anchor is not None:
        _judge(found, anchor, proved)
    return found


def _judge(found: Verdict, anchor: Anchor, proved: bool) -> None:
    """Say what the anchor says about a chain that was walked."""
    if proved and not anchor.closed and found.records >= anchor.count:
        # Killed between writing and anchoring: whole records, and half of one, may stand behind the anchored ones.
        found.loose = found.records - anchor.count
        if found.problem == HALF:
            found.problem = ""
            found.loose += 1
        return
    if found.problem:
        return
    if found.records < anchor.count:
        found.problem = f"there are {found.records} records where {anchor.count} were anchored: the end was cut off"
    elif found.records > anchor.count:
        found.problem = f"there are {found.records} records where the run had ended with {anchor.count}: something was put in"


def plain(text: bytes) -> dict[str, Any]:
    """Return a line as plain data.  Fails with kind ``decode`` where it is no JSON object."""
    import json

    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Failure("decode", "a record of the ledger is no JSON") from None
    if not isinstance(found, dict):
        raise Failure("decode", "a record of the ledger is no JSON object")
    return found
