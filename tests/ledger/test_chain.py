"""The chain: canonical lines, and every change of them is found."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tekrt.abi import Envelope, Outcome
from tekrt.kernel.ledger_chain import Anchor, Verdict, begin_line, beginning, canonical, check, end_line, line, plain
from tekrt.values.failure import Failure
from tests.ledger.stand_in import effect, made

TEXT = st.text(st.characters(codec=None, min_codepoint=0, max_codepoint=0x10FFFF), max_size=20)
NUMBER = st.integers(0, 1 << 70)


def sample(count: int = 6) -> tuple[list[bytes], Anchor]:
    """Return the lines of a run that ended, and its anchor."""
    ledger, store, _ = made()
    for seq in range(1, count + 1):
        effect(ledger, seq, scope=f"/r/{seq}")
    ledger.finish(9, "done")
    assert store.last is not None
    return store.lines, store.last


LINES, ANCHOR = sample()


def judged(lines: list[bytes], anchor: Anchor | None = ANCHOR) -> Verdict:
    """Check lines that may be torn anywhere, as a file would give them."""
    return check(b"".join(lines).splitlines(keepends=True) if lines else [], "r", anchor)


def test_what_was_not_changed_is_sound() -> None:
    found = judged(LINES)
    assert (found.problem, found.records, found.head, found.closed, found.doubt) == ("", len(LINES), ANCHOR.head, True, 0)


@given(TEXT, TEXT, TEXT, TEXT, st.none() | TEXT, NUMBER)
def test_an_envelope_is_written_as_canonical_json(effect: str, detail: str, task: str, run: str, scope: str | None, number: int) -> None:
    made = Envelope(number, number, run, task, 1, effect, scope, detail, "p", "b")
    expected = json.dumps({**made.as_plain(), "after": "0" * 64, "record": "begin"}, sort_keys=True, separators=(",", ":"))
    assert begin_line("0" * 64, made) == expected.encode() + b"\n" == line("0" * 64, "begin", made.as_plain())


@given(TEXT, TEXT, NUMBER)
def test_an_outcome_is_written_as_canonical_json(message: str, digest: str, number: int) -> None:
    made = Outcome(number, "failed", number, number, digest, message, 3)
    assert end_line("0" * 64, made) == line("0" * 64, "end", made.as_plain())
    assert plain(end_line("0" * 64, made))["message"] == message.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


@given(st.recursive(st.none() | st.booleans() | NUMBER | TEXT | st.floats(allow_nan=False, allow_infinity=False),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=10))  # fmt: skip
def test_plain_data_is_written_as_the_library_does(value: object) -> None:
    assert canonical(value) == json.dumps(value, sort_keys=True, separators=(",", ":"))


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_flipped_bit_is_found(data: st.DataObject) -> None:
    whole = bytearray(b"".join(LINES))
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert judged([bytes(whole)]).problem


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(b"".join(LINES)) - 1), st.integers(1, 5000))
def test_any_piece_that_is_cut_out_is_found(at: int, size: int) -> None:
    whole = b"".join(LINES)
    assert judged([whole[:at] + whole[at + size :]]).problem


@pytest.mark.parametrize("keep", range(len(LINES)))
def test_a_tail_that_is_cut_off_is_found(keep: int) -> None:
    assert judged(LINES[:keep]).problem


@settings(max_examples=200, deadline=None)
@given(st.permutations(range(len(LINES))))
def test_records_in_another_order_are_found(order: list[int]) -> None:
    found = judged([LINES[i] for i in order])
    assert bool(found.problem) == (order != sorted(order))


@given(st.integers(0, len(LINES)), st.binary(max_size=200).map(lambda made: made.replace(b"\n", b"") + b"\n"))
def test_a_record_that_is_put_in_is_found(at: int, record: bytes) -> None:
    assert judged([*LINES[:at], record, *LINES[at:]]).problem


@pytest.mark.parametrize("at", range(len(LINES) + 1))
def test_an_invented_record_with_the_right_digest_before_it_is_found(at: int) -> None:
    head = judged(LINES[:at], None).head if at else beginning("r")
    assert judged([*LINES[:at], line(head, "end", {"seq": 99}), *LINES[at:]]).problem


@pytest.mark.parametrize("at", range(len(LINES)))
def test_a_chain_that_was_made_anew_behind_a_change_is_found(at: int) -> None:
    lines, head = list(LINES[:at]), judged(LINES[:at], None).head if at else beginning("r")
    for text in LINES[at:]:
        fields = plain(text)
        fields.pop("after")
        record = fields.pop("record")
        lines.append(line(head, record, {**fields, "time": 1}))
        head = judged(lines, None).head
    assert judged(lines).problem


def test_the_ledger_of_another_run_is_found() -> None:
    assert check(LINES, "other", ANCHOR).problem


class TestAKilledRun:
    """A run that did not end: what stands behind the last anchor is told, and never taken for proved."""

    @pytest.fixture
    def open_at(self) -> Anchor:
        return Anchor(4, judged(LINES[:4], None).head, False)

    @pytest.mark.parametrize(("count", "loose"), [(4, 0), (5, 1), (8, 4)])
    def test_whole_records_behind_the_anchor_are_loose(self, open_at: Anchor, count: int, loose: int) -> None:
        found = judged(LINES[:count], open_at)
        assert (found.problem, found.loose, found.closed) == ("", loose, False)

    def test_half_a_record_at_the_end_is_loose(self, open_at: Anchor) -> None:
        found = judged([*LINES[:4], LINES[4][:30]], open_at)
        assert (found.problem, found.loose, found.records) == ("", 1, 4)

    def test_what_was_anchored_must_be_there(self, open_at: Anchor) -> None:
        assert judged(LINES[:3], open_at).problem
        assert judged([*LINES[:3], LINES[3][:-1]], open_at).problem

    def test_effects_without_an_outcome_are_counted(self, open_at: Anchor) -> None:
        begun = next(i for i, text in enumerate(LINES) if b'"record":"begin"' in text) + 1
        assert judged(LINES[:begun], Anchor(begun, judged(LINES[:begun], None).head, False)).doubt == 1


@pytest.mark.parametrize("text", [b"", b"[]", b"nonsense", b"\xff", b"[" * 100_000])
def test_what_is_no_record_fails(text: bytes) -> None:
    with pytest.raises(Failure):
        plain(text)
