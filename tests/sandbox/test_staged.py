"""What a child changes: taken over where its task may write, undone and named where not."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tekrt.sandbox import ladder
from tekrt.values.failure import Failure
from tekrt.values.scalars import Command, Duration
from tests.sandbox.conftest import Box

Make = Callable[..., Box]


def test_what_matches_is_taken_over_and_the_rest_is_named(box: Make, root: Path) -> None:
    run = box('fs.read("src/**"), fs.write("out/**")')
    message = run.denied("echo new > out/new; echo x > evil; echo y >> src/a.c")
    assert "`evil`" in message
    assert "`src/a.c`" in message
    assert (root / "out/new").read_text() == "new\n"
    assert not (root / "evil").exists()
    assert (root / "src/a.c").read_text() == "alpha"


def test_any_status_is_taken_over(box: Make, root: Path) -> None:
    assert box('fs.write("out/**")').sh("echo 1 > out/x; exit 3")[0] == 3
    assert (root / "out/x").read_text() == "1\n"


def test_what_a_signal_or_a_time_limit_stopped_leaves_nothing(box: Make, root: Path) -> None:
    from tekstd import process

    run = box('fs.write("out/**")')
    assert run.sh("echo 1 > out/x; kill -9 $$")[0] == 137
    assert not (root / "out/x").exists()
    with pytest.raises(Failure) as caught:
        process.run(run.context, process.timeout(run.context, Command(["sh", "-c", "echo 1 > out/x; sleep 9"]), Duration(400_000_000)))
    assert caught.value.kind == "timeout"
    assert not (root / "out/x").exists()


def test_folders_links_modes_and_deletions(box: Make, root: Path) -> None:
    (root / "out/gone/deep").mkdir(parents=True)
    (root / "out/gone/deep/x").write_text("x")
    run = box('fs.read("**"), fs.write("out/**")')
    status, _, err = run.sh("mkdir -p out/a/b; ln -s ../elsewhere out/a/link; echo t > out/a/b/tool; chmod 755 out/a/b/tool; rm -r out/gone; rm out/old")
    assert (status, err) == (0, "")
    assert os.readlink(root / "out/a/link") == "../elsewhere"
    assert stat.S_IMODE((root / "out/a/b/tool").stat().st_mode) == 0o755
    assert sorted(os.listdir(root / "out")) == ["a"]
    assert os.listxattr(root / "out/a/b/tool") == []


def test_a_folder_that_holds_what_may_not_be_deleted_stays_whole(box: Make, root: Path) -> None:
    assert "`src" in box('fs.read("**"), fs.write("src/*.c")').denied("rm -r src")
    assert (root / "src/a.c").exists()
    assert (root / "src/sub/b.h").exists()


def test_a_folder_made_anew_loses_what_it_had(box: Make, root: Path) -> None:
    box('fs.read("**"), fs.write("out/**")').sh("rm -r out; mkdir out; echo n > out/new")
    assert os.listdir(root / "out") == ["new"]


def test_hidden_files_survive_a_folder_of_their_name(box: Make, root: Path) -> None:
    (root / "hid").mkdir()
    (root / "hid/x").write_text("x")
    assert "hid" in box('fs.read("src/**")').denied("mkdir hid; echo y > hid/x")
    assert (root / "hid/x").read_text() == "x"


@pytest.mark.parametrize("line", ["mkfifo out/p", "echo x > out/s; chmod u+s out/s", "echo x > out/s; chmod g+s out/s"])
def test_special_files_and_rights_are_refused(box: Make, root: Path, line: str) -> None:
    assert "out/" in box('fs.write("out/**")').denied(line)
    assert os.listdir(root / "out") == ["old"]


def test_a_link_in_the_way_is_not_followed(box: Make, root: Path) -> None:
    run = box('fs.read("**"), fs.write("out/**")')
    status, _, _ = run.sh("rm -r out/old; mkdir out/d; echo 1 > out/d/x")
    assert status == 0
    os.rename(root / "out/d", root / "out/real")
    os.symlink(root.parent / "outside", root / "out/d")
    try:
        run.sh("rm out/d; mkdir out/d; echo pwned > out/d/secret.txt")
    except Failure:
        pass
    assert (root.parent / "outside/secret.txt").read_text() == "outside secret"


def test_hard_links_are_not_written_through(box: Make, root: Path) -> None:
    os.link(root / "secret.txt", root / "out/hard")
    box('fs.read("out/**"), fs.write("out/**")').sh("echo pwned > out/hard")
    assert (root / "secret.txt").read_text() == "root secret"
    assert (root / "out/hard").read_text() == "pwned\n"


def test_appending_and_deleting_without_reading(box: Make, root: Path) -> None:
    run = box('fs.write("out/**")')
    (root / "out/log").write_text("one\n")
    run.sh("echo two >> out/log; rm out/old")
    assert (root / "out/log").read_text() == "one\ntwo\n"
    assert not (root / "out/old").exists()
    run.sh("echo anew > out/log")
    assert (root / "out/log").read_text() == "anew\n"
    assert stat.S_IMODE((root / "out/log").stat().st_mode) == 0o644


def test_a_file_opened_and_left_as_it_was_is_no_change(box: Make, root: Path) -> None:
    assert box('fs.read("**")').sh("touch src/a.c; chmod 644 src/a.c; : >> src/a.c")[0] == 0


def test_folders_of_the_scopes_are_there_to_write_to(box: Make, root: Path) -> None:
    assert box('fs.write("build/deep/x.o")').sh("echo o > build/deep/x.o")[0] == 0
    assert (root / "build/deep/x.o").read_text() == "o\n"
    assert box('fs.write("never/made.o")').sh("true")[0] == 0
    assert not (root / "never").exists()


def test_a_pipeline_is_taken_over_together(box: Make, root: Path) -> None:
    from tekstd import process

    run = box('fs.write("out/**")')
    line = process.pipe(run.context, Command(["sh", "-c", "echo 1 > out/1; echo x"]), Command(["sh", "-c", "cat > out/2"]))
    process.run(run.context, line)
    assert (root / "out/1").read_text() == "1\n"
    assert (root / "out/2").read_text() == "x\n"


def test_temporary_folders_of_the_task_are_shared(box: Make) -> None:
    run = box("")
    folder = run.context.broker.files.temp_dir(run.context)
    (Path(folder) / "in").write_text("in")
    assert run.sh(f"cat {folder}/in; echo out > {folder}/out")[1] == "in"
    assert (Path(folder) / "out").read_text() == "out\n"
    run.context.close()


def test_the_stage_is_empty_afterwards(box: Make) -> None:
    run = box('fs.write("out/**")')
    run.sh("mkdir -p out/a/b/c; chmod 000 out/a; kill -9 $$")
    run.sh("d=out; for i in 1 2 3 4 5 6 7 8 9; do d=$d/deep; mkdir $d; done; kill -9 $$")
    sandbox = run.context.broker.processes.rung.sandbox
    assert sorted(os.listdir(sandbox.stage)) == ["mask", "probe", "root"]


def test_ten_thousand_files_are_taken_over(box: Make, root: Path) -> None:
    run = box('fs.write("out/**")')
    run.sh("true")
    started = time.monotonic()
    assert run.sh("seq 1 10000 | (cd out && xargs touch)")[0] == 0
    assert len(os.listdir(root / "out")) == 10_001
    assert time.monotonic() - started < 30  # a bound for loaded machines; docs have the measured time


def test_another_file_system_is_copied_to(rung: str, root: Path, box: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    if not os.path.isdir("/dev/shm") or os.stat("/dev/shm").st_dev == os.stat(root).st_dev:
        pytest.skip("no other file system")
    monkeypatch.setattr(ladder, "_bases", lambda *_: ["/dev/shm"])
    run = box('fs.read("out/**"), fs.write("out/**")')
    assert run.sh("mkdir out/d; echo x > out/d/f; chmod 700 out/d/f; ln -s f out/d/l; rm out/old")[0] == 0
    assert (root / "out/d/f").read_text() == "x\n"
    assert stat.S_IMODE((root / "out/d/f").stat().st_mode) == 0o700
    assert os.readlink(root / "out/d/l") == "f"
    assert os.listdir(root / "out") == ["d"]


@pytest.mark.skipif(os.getuid() != 0 or not os.path.exists("/usr/bin/setpriv"), reason="needs root to become somebody else")
@pytest.mark.skipif(sys.platform != "linux", reason="Linux")
def test_it_works_for_a_plain_user(tmp_path_factory: pytest.TempPathFactory) -> None:
    import tempfile

    repository = Path(__file__).parents[2]
    if not os.access("/usr/bin/python3.11", os.X_OK):
        pytest.skip("no Python that everybody may start")
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o777)
        code = (
            f"import sys, os; sys.path[:0] = [{str(repository / 'runtime')!r}, {str(repository / 'stdlib')!r}]\n"
            "from tekrt.effects.world import real_world\nfrom tekrt.kernel import Broker, Permit\nfrom tekrt.scopes import *\n"
            "from tekrt.values.scalars import Command\nimport tekstd.process as p\n"
            f"os.makedirs({folder!r} + '/r/src'); open({folder!r} + '/r/src/a', 'w').write('alpha'); open({folder!r} + '/r/hid', 'w').write('h')\n"
            f"b = Broker(real_world(), Permit.of(parse_capabilities('process(\"sh\"), fs.read(\"src/**\"), fs.write(\"out/**\")'), {folder!r} + '/r', '/x'))\n"
            "print(b.processes.rung.name, p.status(b.context(), Command(['sh', '-c', 'cat hid; cat src/a > out/b'])), open(b.root + '/out/b').read())\n"
            "b.close()\n"
        )
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/python3.11", "-B", "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin", "HOME": folder}, cwd="/")
        assert done.stdout.split() in (["user", "0", "alpha"], []), done.stderr
        if not done.stdout:
            pytest.skip(done.stderr[-500:])
