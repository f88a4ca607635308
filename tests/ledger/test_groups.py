"""When records become durable, which effects count as one, and what never enters."""

from __future__ import annotations

import time

import pytest

from tekrt.abi import Outcome
from tekrt.kernel import Broker, Permit
from tekrt.kernel.ledger_chain import check, plain
from tekrt.kernel.ledger_file import FULL, GROUP, FileLedger
from tekrt.kernel.world import simulated
from tekrt.scopes import parse_capabilities
from tekrt.values.failure import Failure
from tests.ledger.stand_in import Store, effect, envelope, made


def kinds(store: Store) -> list[str]:
    return [plain(text)["record"] for text in store.lines]


def test_the_first_of_a_group_is_durable_beforehand() -> None:
    ledger, store, _ = made()
    ledger.begin(envelope(1))
    assert kinds(store) == ["open", "begin"]
    ledger.end(Outcome(1, "ok"))
    effect(ledger, 2)
    assert kinds(store) == ["open", "begin"]
    ledger.close()
    assert kinds(store) == ["open", "begin", "end", "begin", "end"]


def test_after_ten_milliseconds_there_is_a_new_group() -> None:
    ledger, store, clock = made()
    effect(ledger, 1)
    clock.now += GROUP
    ledger.begin(envelope(2))
    assert kinds(store) == ["open", "begin", "end", "begin"]


def test_a_task_that_may_repeat_does_not_wait() -> None:
    ledger, store, _ = made()
    ledger.begin(envelope(1), repeatable=True)
    assert store.pieces == []
    ledger.end(Outcome(1, "ok"))
    ledger.task_ends()
    assert kinds(store) == ["open", "begin", "end"]


@pytest.mark.parametrize(("kind", "detail"), [("net", "request"), ("process", "run"), ("human", "ask"), ("crm.write", "host")])
@pytest.mark.parametrize("repeatable", [False, True])
def test_an_outward_effect_is_durable_beforehand_and_ends_the_group(kind: str, detail: str, repeatable: bool) -> None:
    ledger, store, _ = made()
    effect(ledger, 1, repeatable=True)
    effect(ledger, 2, repeatable=True)
    ledger.begin(envelope(3, kind, "x", detail), repeatable)
    assert kinds(store) == ["open", *["begin", "end"] * 2, "begin"]
    ledger.end(Outcome(3, "ok"))
    ledger.begin(envelope(4))
    assert kinds(store)[-3:] == ["begin", "end", "begin"], "the next effect begins a group"


def test_a_group_ends_with_its_task() -> None:
    ledger, store, _ = made()
    effect(ledger, 1)
    ledger.task_ends()
    assert kinds(store) == ["open", "begin", "end"]


def test_a_group_that_nothing_follows_ends_by_itself() -> None:
    store = Store()
    ledger = FileLedger(store, "r", {}, time.monotonic_ns)
    effect(ledger, 1)
    until = time.monotonic() + 5
    while kinds(store) != ["open", "begin", "end"] and time.monotonic() < until:
        time.sleep(0.005)
    assert kinds(store) == ["open", "begin", "end"]
    ledger.finish(1, "done")
    assert check(store.lines, "r", store.last).problem == ""


def test_where_no_thread_is_to_be_had_the_group_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("tekrt.kernel.ledger_file.start_new_thread", none)
    store = Store()
    ledger = FileLedger(store, "r", {}, time.monotonic_ns)
    effect(ledger, 1)
    assert kinds(store) == ["open", "begin", "end"]
    ledger.finish(1, "done")
    assert check(store.lines, "r", store.last).problem == ""


def test_many_effects_beside_the_thread_make_one_sound_chain() -> None:
    store = Store()
    ledger = FileLedger(store, "r", {}, time.monotonic_ns)
    for seq in range(1, 20_001):
        effect(ledger, seq, scope=f"/r/{seq % 7}", kind="process" if seq % 4000 == 0 else "fs.read")
    ledger.finish(1, "done")
    found = check(store.lines, "r", store.last)
    assert (found.problem, found.records, found.doubt) == ("", 40_002, 0)


def test_what_waits_in_memory_is_bounded() -> None:
    ledger, store, _ = made()
    for seq in range(1, 3 * FULL // 400):
        effect(ledger, seq, repeatable=True)
    assert len(store.data) >= FULL


class TestSequences:
    def test_appends_to_one_file_are_one_effect(self) -> None:
        ledger, store, _ = made()
        for seq in range(1, 6):
            effect(ledger, seq, "fs.write", "/r/log", "append_text")
        effect(ledger, 6, "fs.write", "/r/other", "append_text")
        ledger.close()
        assert kinds(store) == ["open", "begin", "end", "begin", "end"]
        first = plain(store.lines[2])
        assert (first["seq"], first["count"], first["bytes"], first["duration"]) == (1, 5, 15, 25)

    def test_a_failure_among_them_is_an_effect_of_its_own(self) -> None:
        ledger, store, _ = made()
        for seq, status in enumerate(["ok", "ok", "failed", "ok"], 1):
            effect(ledger, seq, "fs.write", "/r/log", "append_text", status)
        ledger.close()
        ends = [plain(text) for text in store.lines if b'"record":"end"' in text]
        assert [(end["seq"], end["status"], end["count"]) for end in ends] == [(1, "ok", 2), (3, "failed", 1), (4, "ok", 1)]
        assert check(store.lines, "r", store.last).doubt == 0

    def test_the_first_may_fail(self) -> None:
        ledger, store, _ = made()
        effect(ledger, 1, "fs.write", "/r/log", "append_text", "denied")
        ledger.close()
        assert kinds(store) == ["open", "begin", "end"]

    def test_looks_at_the_clock_are_counted(self) -> None:
        world = simulated()
        broker = Broker(world, Permit.of(parse_capabilities('fs.read("**")'), "/r", "/h"))
        ledger, store, _ = made()
        broker.ledger = ledger
        ctx = broker.context()
        for _ in range(100):
            broker.effect(ctx, "clock", None, "now", world.now)
        broker.effect(ctx, "fs.read", "/r/a", "read_bytes", lambda: b"abc")
        broker.close()
        ends = [plain(text) for text in store.lines if b'"record":"end"' in text]
        assert [end["count"] for end in ends] == [100, 1]
        assert (ends[1]["bytes"], len(ends[1]["digest"])) == (3, 64)


class TestWhatLeavesNothing:
    def test_effects_that_nobody_grants_open_no_store(self) -> None:
        ledger, store, _ = made()
        for seq, kind in enumerate(["log", "clock", "output", "random", "sleep"], 1):
            effect(ledger, seq, kind, None, "x")
        ledger.finish(1, "done")
        assert (store.opened, store.pieces, ledger.opened) == (0, [], False)

    def test_they_are_there_where_another_follows(self) -> None:
        ledger, store, _ = made()
        effect(ledger, 1, "log", None, "info")
        effect(ledger, 2)
        ledger.close()
        assert kinds(store) == ["open", "begin", "end", "begin", "end"]
        assert store.opened == 1


class TestSecrets:
    def test_they_never_enter(self) -> None:
        ledger, store, _ = made()
        ledger.hide("hunter2")
        ledger.begin(envelope(1, "process", "curl -H hunter2", "run hunter2"))
        ledger.end(Outcome(1, "failed", message="hunter2 was refused"))
        ledger.permit(Permit.of(parse_capabilities('env("hunter2")'), "/r", "/h"))
        ledger.close()
        assert b"hunter2" not in store.data
        assert plain(store.lines[1])["scope"] == "curl -H ***"

    def test_the_longer_one_goes_first(self) -> None:
        ledger, store, _ = made()
        ledger.hide("abc")
        ledger.hide("abcdef")
        ledger.begin(envelope(1, scope="abcdef abc"))
        assert plain(store.lines[1])["scope"] == "*** ***"


class TestAStoreThatRefuses:
    def test_the_effect_does_not_happen(self) -> None:
        ledger, store, _ = made()
        store.full = True
        broker = Broker(simulated(), Permit.of(parse_capabilities('fs.read("**")'), "/r", "/h"), ledger=ledger)
        with pytest.raises(Failure, match="no space"):
            broker.effect(broker.context(), "fs.read", "/r/a", "x", lambda: pytest.fail("it happened"))

    def test_nothing_happens_afterwards_either(self) -> None:
        ledger, store, _ = made()
        effect(ledger, 1)
        store.full = True
        with pytest.raises(Failure):
            ledger.close()
        store.full = False
        with pytest.raises(Failure):
            ledger.begin(envelope(2))


def test_a_note_is_kept_with_the_effect_that_follows() -> None:
    ledger, store, _ = made()
    ledger.hide("hunter2")
    ledger.note("sandbox", "namespaces are missing, hunter2")
    assert store.pieces == []
    effect(ledger, 1)
    assert plain(store.lines[1]) == {"after": plain(store.lines[1])["after"], "detail": "namespaces are missing, ***", "record": "note", "what": "sandbox"}


def test_a_confined_program_is_not_outward() -> None:
    ledger, store, _ = made()
    ledger.confined = True
    ledger.begin(envelope(1, "process", "make", "run"), repeatable=True)
    assert store.pieces == []


def test_a_permit_is_explained_once_and_named_by_its_content() -> None:
    ledger, store, _ = made()
    permit = Permit.of(parse_capabilities('fs.read("a")'), "/r", "/h")
    same = Permit.of(parse_capabilities('fs.read("a")'), "/r", "/h")
    names = {ledger.permit(permit), ledger.permit(permit), ledger.permit(same)}
    assert len(names) == 1
    effect(ledger, 1)
    assert kinds(store) == ["open", "permit", "begin"]
    assert plain(store.lines[1])["name"] in names
