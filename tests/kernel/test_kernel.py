"""Permits, broker, output, budgets, records."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tekrt.abi import ABI_VERSION, RECORDS, Envelope, Manifest, Outcome, Reach
from tekrt.abi import Permit as Grants
from tekrt.abi.schema import schema
from tekrt.kernel import Broker, Budget, Context, MemoryLedger, Output, OutputClosed, Permit
from tekrt.kernel.world import simulated
from tekrt.scopes import Capability, parse_capabilities
from tekrt.values.failure import Failure, SpentLimit

ROOT = Path(__file__).parents[2]


def caps(text: str) -> list[Capability]:
    return parse_capabilities(text)


def run(needs: str = "none", **more: object) -> Context:
    denied = more.pop("denied", ())
    return Broker(simulated(), Permit.of(caps(needs), "/r", "/h", denied), ledger=MemoryLedger(), **more).context()  # type: ignore[arg-type]


class TestPermits:
    def test_an_effect_must_be_within_every_layer(self) -> None:
        permit = Permit.of(caps('fs.read("**"), fs.write("out/**")'), "/r", "/h")
        task = permit.for_task("t", caps('fs.read("data/*"), fs.write("/etc/*")'))
        only = task.narrow(caps('fs.read("data/a")'))
        assert permit.matches("fs.read", "/r/x")
        assert task.matches("fs.read", "/r/data/a")
        assert not task.matches("fs.read", "/r/x")
        assert not task.matches("fs.write", "/etc/passwd")
        assert only.matches("fs.read", "/r/data/a")
        assert not only.matches("fs.read", "/r/data/b")

    def test_a_called_task_brings_its_needs_and_stays_within_only(self) -> None:
        permit = Permit.of(caps('fs.read("**")'), "/r", "/h").for_task("a", caps('fs.read("a/*")'))
        called = permit.for_task("b", caps('fs.read("b/*")'))
        assert called.matches("fs.read", "/r/b/x")
        assert not called.matches("fs.read", "/r/a/x")
        bounded = permit.narrow(caps('fs.read("b/1")')).for_task("b", caps('fs.read("b/*")'))
        assert bounded.matches("fs.read", "/r/b/1")
        assert not bounded.matches("fs.read", "/r/b/2")

    def test_home_and_root_are_where_they_are(self) -> None:
        permit = Permit.of(caps('fs.read("~/.x"), fs.read("../s/*")'), "/w/r", "/h/me")
        assert permit.matches("fs.read", "/h/me/.x")
        assert permit.matches("fs.read", "/w/s/a")
        assert not permit.matches("fs.read", "/w/r/.x")

    def test_default_kinds_are_there_unless_taken_away(self) -> None:
        permit = Permit.of([], "/r", "/h", ["clock"])
        assert permit.matches("output", None)
        assert not permit.matches("clock", None)
        assert permit.narrow([]).matches("output", None)
        assert permit.covers(Capability("output"))
        assert not permit.covers(Capability("clock"))

    def test_covering_is_about_all_that_a_capability_allows(self) -> None:
        permit = Permit.of(caps('fs.read("/r/src/**"), process("git")'), "/r", "/h")
        assert permit.covers(caps('fs.read("src/*.c")')[0])
        assert not permit.covers(caps('fs.read("**")')[0])
        assert permit.covers(caps('process("git status")')[0])
        assert [str(c) for c in permit.granted("process")] == ['process("git")']

    def test_other_kinds(self) -> None:
        permit = Permit.of(caps('env("A*"), human, net("a.b"), process("x/**")'), "/r", "/h")
        assert permit.matches("env", "AB")
        assert permit.matches("human", None)
        assert permit.matches("net.get", "a.b:443")
        assert permit.matches("process", ("/r/x/y", "arg"))
        assert not permit.matches("process", ("/x/y",))
        assert not permit.matches("secret", "A")

    def test_a_hosts_own_kind_has_scopes_of_parts(self) -> None:
        permit = Permit.of(parse_capabilities('crm.read("customers/*")', ["crm.read"]), "/r", "/h")
        assert permit.matches("crm.read", "customers/7")
        assert not permit.matches("crm.read", "customers/7/orders")
        assert not permit.matches("crm.write", "customers/7")
        assert permit.covers(Capability("crm.read", "customers/7"))
        assert Broker(simulated(), permit).show("crm.read", "a*") == 'crm.read("a*")'

    def test_as_data(self) -> None:
        permit = Permit.of(caps('fs.read("a")'), "/r", "/h", ["log"]).for_task("t", [])
        plain = permit.as_data().as_plain()
        assert plain == {"layers": [{"why": "run", "capabilities": ['fs.read("a")']}, {"why": "task t", "capabilities": []}], "denied": ["log"]}
        assert Grants.from_plain(plain) == permit.as_data()


class TestBroker:
    def test_each_attempt_and_its_end_is_recorded(self) -> None:
        ctx = run('fs.read("a")')
        assert ctx.broker.effect(ctx, "fs.read", "/r/a", "read_text", lambda: "xyz") == "xyz"
        with pytest.raises(Failure):
            ctx.broker.effect(ctx, "fs.read", "/r/b", "read_text", lambda: pytest.fail("performed"))
        with pytest.raises(Failure):
            ctx.broker.effect(ctx, "fs.read", "/r/a", "read_text", _fails)
        ledger = ctx.broker.ledger
        assert ledger.lines() == [("fs.read", "/r/a", "ok"), ("fs.read", "/r/b", "denied"), ("fs.read", "/r/a", "failed")]
        assert ledger.outcomes[0].bytes == 3
        assert [envelope.seq for envelope in ledger.envelopes] == [1, 2, 3]
        assert ledger.envelopes[0].task == "main"

    @pytest.mark.parametrize(
        ("context", "hints"),
        [
            (lambda: run('fs.read("a")'), ["this run", "--allow 'fs.read(\"b\")'", 'has only fs.read("a")']),
            (lambda: run('fs.read("**")').for_task("t", caps('fs.write("x")')), ["task `t`", 'needs fs.read("b")', 'fs.write("x")']),
            (lambda: run('fs.read("**")').only([]), ["only", "has no `fs.read`"]),
        ],
    )
    def test_what_is_denied_is_named_with_its_bound_and_the_text_to_add(self, context, hints: list[str]) -> None:  # type: ignore[no-untyped-def]
        ctx = context()
        with pytest.raises(Failure) as caught:
            ctx.broker.check(ctx, "fs.read", "/r/b", "read_text")
        assert caught.value.kind == "denied"
        for hint in hints:
            assert hint in caught.value.message

    def test_services_that_a_world_lacks_are_denied(self) -> None:
        ctx = run()
        for name in ("files", "processes"):
            with pytest.raises(Failure) as caught:
                getattr(ctx.broker, name)
            assert caught.value.kind == "denied"


def _fails() -> str:
    raise Failure("io", "no")


class TestOutput:
    def test_it_is_gathered_and_nothing_is_written_twice(self) -> None:
        pieces: list[bytes] = []
        out = Output(pieces.append)
        for _ in range(100_000):
            out.add("line\n")
        out.flush()
        out.flush()
        assert b"".join(pieces) == b"line\n" * 100_000
        assert len(pieces) < 50

    def test_a_terminal_sees_each_line_at_once(self) -> None:
        pieces: list[bytes] = []
        out = Output(pieces.append, eager=True)
        out.add("a\n")
        assert pieces == [b"a\n"]

    def test_a_limit_is_exact(self) -> None:
        ctx = run(output_limit=10)
        ctx.emit("12345678")
        with pytest.raises(SpentLimit) as caught:
            ctx.emit("9012")
        assert caught.value.limit == "output"
        assert ctx.broker.world.write_out.__self__ == b"1234567890"
        with pytest.raises(SpentLimit):
            ctx.emit("x")

    def test_printing_100_000_lines_takes_well_under_a_second(self) -> None:
        ctx = run()
        start = time.perf_counter()
        for _ in range(100_000):
            ctx.emit("a line\n")
        ctx.broker.flush()
        assert time.perf_counter() - start < 1

    def test_a_closed_pipe_and_a_full_disk(self) -> None:
        code = (
            "import sys; sys.path[:0] = ['runtime']\n"
            "from tekrt.effects.world import real_world\nfrom tekrt.kernel import Broker, Permit, OutputClosed\n"
            "from tekrt.values.failure import Failure\n"
            "b = Broker(real_world(), Permit.of([], '/', '/'))\nc = b.context()\n"
            "try:\n  for i in range(100000): c.emit('a line\\n')\n  b.close()\n"
            "except OutputClosed: sys.exit(9)\nexcept Failure as f: sys.exit(8 if 'no space' in f.message else 7)\n"
        )
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT)
        assert child.stdout is not None
        child.stdout.close()
        assert child.wait() == 9
        if Path("/dev/full").exists():
            with open("/dev/full", "wb") as full:
                assert subprocess.run([sys.executable, "-c", code], stdout=full, cwd=ROOT, check=False).returncode == 8
        assert issubclass(OutputClosed, Exception)


class TestBudgets:
    def test_what_is_spent_is_taken_from_all_around_or_from_none(self) -> None:
        outer = Budget({"process": 3})
        inner = Budget({"process": 5, "net": 10}, outer)
        inner.spend("process", 2)
        assert (inner.left("process"), outer.left("process"), inner.left("tokens")) == (1, 1, None)
        with pytest.raises(SpentLimit):
            inner.spend("process", 2)
        assert (inner.spent, outer.spent) == ({"process": 2}, {"process": 2})
        with pytest.raises(SpentLimit):
            inner.spend("net", 11)


class TestRecords:
    def test_they_go_to_plain_data_and_back(self) -> None:
        envelope = Envelope(1, 2, "r", "t", 1, "fs.read", "a", "read_text")
        assert Envelope.from_plain(json.loads(json.dumps(envelope.as_plain()))) == envelope
        manifest = Manifest("main", [Reach("main", 'fs.read("a")')])
        assert Manifest.from_plain(manifest.as_plain()) == manifest
        assert "fs.read" in repr(envelope)

    def test_an_older_record_reads_and_a_broken_one_does_not(self) -> None:
        assert Outcome.from_plain({"seq": 1, "status": "ok"}) == Outcome(1, "ok")
        with pytest.raises(ValueError, match="status"):
            Outcome.from_plain({"seq": 1})

    @pytest.mark.parametrize("name", sorted(RECORDS))
    def test_the_schemas_in_the_project_are_those_of_the_classes(self, name: str) -> None:
        path = ROOT / "schemas" / f"{name.lower()}.json"
        assert json.loads(path.read_text()) == schema(RECORDS[name]), "run: python -m tekrt.abi.write_schemas"
        assert f"abi/{ABI_VERSION}/" in schema(RECORDS[name])["$id"]


def test_what_printing_needs_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.path[:0] = ['runtime']\n"
        "from tekrt.effects.world import real_world\nfrom tekrt.kernel import Broker, Permit\n"
        "b = Broker(real_world(), Permit.of([], '/', '/')); b.context().emit('x'); b.close()\n"
        "heavy = 'attrs click rich lark re json pathlib typing dataclasses enum argparse subprocess ctypes functools collections'.split()\n"
        "print([m for m in heavy if m in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-S", "-E", "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert ran.stdout == "x[]\n"
