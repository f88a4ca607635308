"""Commands: judged, found, run without a shell, watched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path as Real

import pytest

from tekrt.kernel import Context, Expired
from tekrt.kernel.broker import Budget
from tekrt.scopes import parse_capabilities
from tekrt.values.containers import new_map
from tekrt.values.failure import Failure, SpentLimit
from tekrt.values.scalars import Command, Duration, Path, Secret
from tekrt.values.types import NONE
from tekstd import process

ANY = 'process("*"), process("**")'


def cmd(*argv: str) -> Command:
    return Command(argv)


def failing(kind: str, action, *args) -> Failure:  # type: ignore[no-untyped-def]
    with pytest.raises(Failure) as caught:
        action(*args)
    assert caught.value.kind == kind, caught.value
    return caught.value


@pytest.fixture
def ctx(start) -> Context:  # type: ignore[no-untyped-def]
    made: Context = start(ANY)
    return made


def running(word: str) -> list[str]:
    """The processes of this machine that sleep for a time that only this test uses."""
    found = []
    for folder in Real("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[:2] == [b"sleep", word.encode()]:
            found.append(folder.name)
    return found


class TestResults:
    def test_text_loses_one_final_newline(self, ctx) -> None:  # type: ignore[no-untyped-def]
        assert process.text(ctx, cmd("printf", "a\\n\\n")) == "a\n"
        assert process.text(ctx, cmd("printf", "a")) == "a"
        assert process.bytes_(ctx, cmd("printf", "\\377")) == b"\xff"
        assert "offset 0" in failing("decode", process.text, ctx, cmd("printf", "\\377")).message

    def test_an_argument_is_never_taken_apart(self, ctx) -> None:  # type: ignore[no-untyped-def]
        words = ["a b", "$HOME", "*", "`id`", "$(id)", "", "a\nb", "'", '"', ";", "|", "&&"]
        assert process.text(ctx, cmd("printf", "<%s>", *words)) == "".join(f"<{word}>" for word in words)
        assert "NUL" in failing("io", process.run, ctx, cmd("echo", "a\0b")).message

    def test_status_and_output_do_not_fail(self, ctx, printed) -> None:  # type: ignore[no-untyped-def]
        assert process.status(ctx, cmd("sh", "-c", "exit 3")) == 3
        assert process.status(ctx, cmd("true")) == 0
        assert process.status(ctx, cmd("sh", "-c", "kill -9 $$")) == 137
        assert process.output(ctx, cmd("sh", "-c", "echo o; echo e >&2; exit 2"))[2:] == [2, b"o\n", b"e\n"]
        assert printed(ctx) == ("", "")

    def test_run_streams_to_standard_error_and_fails_with_the_last_lines(self, ctx, printed) -> None:  # type: ignore[no-untyped-def]
        ctx.emit("before\n")
        process.run(ctx, cmd("sh", "-c", "echo o; echo e >&2; echo o2"))
        assert printed(ctx) == ("before\n", "o\ne\no2\n")
        failure = failing("exit", process.run, ctx, cmd("sh", "-c", "echo why >&2; exit 7"))
        assert "status 7" in failure.message
        assert "why" in failure.message
        assert failure.data[1].d["status"][1] == 7
        assert "SIGTERM" in failing("exit", process.run, ctx, cmd("sh", "-c", "kill $$")).message

    def test_error_output_is_shown_while_output_is_captured(self, ctx, printed) -> None:  # type: ignore[no-untyped-def]
        assert process.text(ctx, cmd("sh", "-c", "echo o; echo e >&2")) == "o"
        assert printed(ctx) == ("", "e\n")

    def test_large_output_and_input_pass_at_once(self, ctx) -> None:  # type: ignore[no-untyped-def]
        data = os.urandom(3_000_000)
        assert process.bytes_(ctx, process.stdin_bytes(ctx, cmd("cat"), data)) == data
        assert process.text(ctx, process.stdin(ctx, cmd("cat"), "ü")) == "ü"
        assert process.text(ctx, process.stdin_bytes(ctx, cmd("head", "-c", "3"), b"abc" * 1_000_000)) == "abc"

    def test_standard_input_is_empty_unless_given(self, ctx) -> None:  # type: ignore[no-untyped-def]
        assert process.text(ctx, cmd("cat")) == ""

    def test_too_much_captured_output_spends_the_limit_and_ends_it(self, ctx) -> None:  # type: ignore[no-untyped-def]
        ctx.broker.processes.most = 100_000
        with pytest.raises(SpentLimit):
            process.text(ctx, cmd("yes"))


class TestPipes:
    def test_a_pipeline(self, ctx) -> None:  # type: ignore[no-untyped-def]
        line = process.pipe(ctx, process.pipe(ctx, cmd("printf", "b\\na\\nb\\n"), cmd("sort")), cmd("uniq", "-c"))
        assert [word.split() for word in process.text(ctx, line).split("\n")] == [["1", "a"], ["2", "b"]]
        assert process.text(ctx, process.stdin(ctx, process.pipe(ctx, cmd("cat"), cmd("tr", "a", "b")), "aXa")) == "bXb"

    def test_it_fails_when_any_of_its_commands_does_but_not_for_a_reader_that_left(self, ctx) -> None:  # type: ignore[no-untyped-def]
        assert "`sh -c" in failing("exit", process.text, ctx, process.pipe(ctx, cmd("sh", "-c", "exit 3"), cmd("cat"))).message
        assert process.text(ctx, process.pipe(ctx, cmd("yes"), cmd("head", "-n", "1"))) == "y"
        assert process.status(ctx, process.pipe(ctx, cmd("false"), cmd("true"))) == 1

    def test_settings_reach_all_commands_so_far(self, ctx, root) -> None:  # type: ignore[no-untyped-def]
        both = process.pipe(ctx, cmd("sh", "-c", "pwd; echo $A"), cmd("sh", "-c", "cat; pwd; echo $A"))
        there = process.env(ctx, process.cwd(ctx, both, Path("data")), new_map([("A", "x")]))
        assert process.text(ctx, there).split("\n") == [f"{root}/data", "x"] * 2
        assert process.text(ctx, both).split("\n") == [str(root), ""] * 2

    def test_every_command_of_it_is_judged_before_any_starts(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start('process("sh"), process("cat")')
        line = process.pipe(ctx, cmd("sh", "-c", "touch data/started"), cmd("rm", "-rf", "data"))
        assert 'process("rm")' in failing("denied", process.run, ctx, line).message
        assert not (root / "data/started").exists()
        piped = process.pipe(ctx, cmd("cat"), process.stdin(ctx, cmd("cat"), "x"))
        assert "from the pipe" in failing("io", process.run, ctx, piped).message


class TestJudging:
    def test_names_prefixes_and_paths(self, start, root) -> None:  # type: ignore[no-untyped-def]
        (root / "bin").mkdir()
        script = root / "bin/tool"
        script.write_text("#!/bin/sh\necho tool $1\n")
        script.chmod(0o755)
        ctx = start('process("echo hello"), process("bin/**")')
        assert process.text(ctx, cmd("echo", "hello", "you")) == "hello you"
        assert "echo" in failing("denied", process.run, ctx, cmd("echo", "bye")).message
        failing("denied", process.run, ctx, cmd("/bin/echo", "hello"))
        assert process.text(ctx, cmd("./bin/tool", "1")) == "tool 1"
        assert process.text(ctx, cmd(str(script), "1")) == "tool 1"
        failing("denied", process.run, ctx, cmd("bin/../data/x"))
        failing("io", process.run, ctx, cmd("bin/none"))
        (root / "bin/plain").write_text("x")
        assert "no `x`" in failing("io", process.run, ctx, cmd("bin/plain")).message
        os.symlink("/bin/sh", root / "bin/link")
        failing("denied", process.run, ctx, cmd("bin/link", "-c", "true"))

    def test_a_denied_program_is_named_with_what_to_add(self, start) -> None:  # type: ignore[no-untyped-def]
        message = failing("denied", process.run, start('process("sh")', task='process("true")'), cmd("sh", "-c", "true")).message
        assert "task `job`" in message
        assert 'needs process("sh")' in message

    def test_a_program_that_is_not_there(self, ctx) -> None:  # type: ignore[no-untyped-def]
        assert "PATH" in failing("io", process.run, ctx, cmd("no-such-program-here")).message

    def test_which(self, start) -> None:  # type: ignore[no-untyped-def]
        ctx = start('process("sh"), process("none*")')
        assert process.which(ctx, "sh")[1].text.endswith("/sh")
        assert process.which(ctx, "none-such") == NONE
        failing("denied", process.which, ctx, "cat")
        failing("denied", process.which, ctx, "/bin/sh")

    def test_relative_folders_of_path_are_not_searched(self, start, root) -> None:  # type: ignore[no-untyped-def]
        (root / "evil").write_text("#!/bin/sh\necho pwned\n")
        (root / "evil").chmod(0o755)
        ctx = start(ANY, environment={"PATH": f":.:bin::{os.environ['PATH']}"})
        here = os.getcwd()
        os.chdir(root)
        try:
            failing("io", process.run, ctx, cmd("evil"))
        finally:
            os.chdir(here)
        assert process.text(ctx, cmd("sh", "-c", "echo $PATH")) == os.environ["PATH"]

    def test_a_program_that_the_task_may_write_is_not_found_by_name(self, start, root) -> None:  # type: ignore[no-untyped-def]
        (root / "git").write_text("#!/bin/sh\necho pwned\n")
        (root / "git").chmod(0o755)
        needs = 'process("git"), fs.write("**")'
        assert "may write" in failing("denied", process.run, start(needs, environment={"PATH": str(root)}), cmd("git")).message
        assert process.text(start('process("git")', environment={"PATH": str(root)}), cmd("git")) == "pwned"

    def test_a_program_that_was_exchanged_is_not_started(self, start, root) -> None:  # type: ignore[no-untyped-def]
        tool = root / "tool"
        tool.write_text("#!/bin/sh\necho good\n")
        tool.chmod(0o755)
        ctx = start('process("tool")', environment={"PATH": str(root)})
        assert process.text(ctx, cmd("tool")) == "good"
        assert process.text(ctx, cmd("tool")) == "good"
        tool.write_text("#!/bin/sh\necho evil\n")
        assert "not the program" in failing("denied", process.run, ctx, cmd("tool")).message

    def test_secrets_are_not_handed_over_yet(self, ctx) -> None:  # type: ignore[no-untyped-def]
        failing("denied", process.run, ctx, Command(["echo", Secret("token")]))


class TestSurroundings:
    def test_the_environment_is_what_is_named_and_granted(self, start) -> None:  # type: ignore[no-untyped-def]
        ours = {"PATH": os.environ["PATH"], "HOME": "/h", "SECRET": "s", "AWS_A": "1", "LD_PRELOAD": "x", "LC_ALL": "C.UTF-8", "TERM": "dumb"}
        ctx = start('process("env"), env("AWS_*")', environment=ours)
        lines = set(process.text(ctx, process.env(ctx, cmd("env"), new_map([("MINE", "m=1")]))).split("\n"))
        assert lines == {f"PATH={os.environ['PATH']}", "HOME=/h", "AWS_A=1", "LANG=C.UTF-8", "TERM=dumb", "MINE=m=1"}
        for bad in ("", "A=B", "A\0"):
            failing("io", process.run, ctx, process.env(ctx, cmd("env"), new_map([(bad, "x")])))
        failing("io", process.run, ctx, process.env(ctx, cmd("env"), new_map([("A", "x\0")])))

    def test_the_folder(self, ctx, root) -> None:  # type: ignore[no-untyped-def]
        assert process.text(ctx, cmd("pwd")) == str(root)
        assert process.text(ctx, process.cwd(ctx, cmd("pwd"), Path("data"))) == f"{root}/data"
        failing("io", process.run, ctx, process.cwd(ctx, cmd("pwd"), Path("none")))
        failing("io", process.run, ctx, process.cwd(ctx, cmd("pwd"), Path("secret.txt")))

    def test_no_descriptor_is_inherited(self, ctx, root) -> None:  # type: ignore[no-untyped-def]
        fd = os.open(root / "secret.txt", os.O_RDONLY)
        os.set_inheritable(fd, True)
        try:
            assert process.text(ctx, cmd("sh", "-c", "ls /proc/$$/fd")).split() == ["0", "1", "2"]
        finally:
            os.close(fd)


class TestEnding:
    def test_a_time_limit_ends_all_that_was_started(self, ctx) -> None:  # type: ignore[no-untyped-def]
        before = time.monotonic()
        command = process.timeout(ctx, cmd("sh", "-c", "sleep 100 & sleep 100"), Duration(200_000_000))
        assert "0.2s" in failing("timeout", process.run, ctx, command).message
        line = process.timeout(ctx, process.pipe(ctx, cmd("sleep", "100"), cmd("cat")), Duration(100_000_000))
        failing("timeout", process.text, ctx, line)
        assert time.monotonic() - before < 5
        assert not ctx.broker.processes._running

    def test_one_that_ignores_being_asked_is_ended_too(self, ctx) -> None:  # type: ignore[no-untyped-def]
        command = process.timeout(ctx, cmd("sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"), Duration(300_000_000))
        failing("timeout", process.run, ctx, command)

    def test_what_a_command_leaves_running_does_not_hold_it_up(self, ctx) -> None:  # type: ignore[no-untyped-def]
        before = time.monotonic()
        assert process.text(ctx, cmd("sh", "-c", "sleep 100 & echo done")) == "done"
        assert time.monotonic() - before < 3

    def test_cancelling_ends_it(self, ctx) -> None:  # type: ignore[no-untyped-def]
        from tekrt.values.failure import Cancelled

        def cancel(context: Context) -> None:
            raise Cancelled

        ctx.broker.poll = cancel
        with pytest.raises(Cancelled):
            process.run(ctx, cmd("sleep", "100"))

    def test_the_time_limit_of_the_task_ends_it(self, ctx) -> None:  # type: ignore[no-untyped-def]
        before = time.monotonic()
        attempt = ctx.for_task("job", parse_capabilities(ANY), deadline=ctx.broker.world.monotonic() + 100_000_000)
        with pytest.raises(Expired):
            process.run(attempt, cmd("sleep", "100"))
        assert time.monotonic() - before < 3

    def test_an_interruption_ends_it(self, ctx) -> None:  # type: ignore[no-untyped-def]
        signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        signal.setitimer(signal.ITIMER_REAL, 0.7)
        with pytest.raises(KeyboardInterrupt):
            process.run(ctx, cmd("sh", "-c", "exec sleep 100.0625"))
        assert not running("100.0625")

    def test_it_dies_when_we_are_killed(self, root) -> None:
        code = (
            "import sys; sys.path[:0] = ['runtime', 'stdlib']\n"
            "from tekrt.effects.world import real_world\nfrom tekrt.kernel import Broker, Permit\nfrom tekrt.scopes import *\n"
            "from tekrt.values.scalars import Command\nimport tekstd.process as p\n"
            f"b = Broker(real_world(), Permit.of(parse_capabilities('process(\"sh\")'), {str(root)!r}, '/x'))\n"
            "p.run(b.context(), Command(['sh', '-c', 'setsid sleep 100.125 & exec sleep 100.125']))\n"
        )
        ours = subprocess.Popen([sys.executable, "-c", code], cwd=Real(__file__).parents[2])
        end = time.monotonic() + 10
        while len(running("100.125")) < 2 and time.monotonic() < end:
            time.sleep(0.02)
        assert len(running("100.125")) == 2
        ours.kill()
        ours.wait()
        while running("100.125") and time.monotonic() < end:
            time.sleep(0.02)
        assert not running("100.125")

    def test_a_budget_counts_the_processes(self, ctx) -> None:  # type: ignore[no-untyped-def]
        ctx.broker.budget = Budget({"process": 2})
        process.run(ctx, process.pipe(ctx, cmd("true"), cmd("true")))
        with pytest.raises(SpentLimit):
            process.run(ctx, cmd("true"))
