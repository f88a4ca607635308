"""Runs of the command line: what is kept of them, what is found when it was changed, whose ``.tek/`` is believed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tekrt.abi import Envelope, Evidence, Manifest, Run
from tekrt.effects.run_store import own_folder, user_key
from tekrt.kernel.ledger_file import FileLedger
from tests.cli.conftest import Tekc, Write

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """import fs

task main(name: Str = "a") needs fs.write("out/**"), fs.read("out/**") {
    fs.write_text("out/{name}.txt", "text")
    print(fs.read_text("out/{name}.txt"))
}
"""


@pytest.fixture
def state(folder: Path) -> Path:
    return folder.parent / "state/tekc"


@pytest.fixture
def ran(write: Write, tekc: Tekc, state: Path) -> Path:
    """Run the script once and return the run's folder."""
    write(main=SCRIPT)
    found = tekc("run", "main.tek", "--allow-needs")
    assert (found.status, found.out, found.err) == (0, "text\n", "")
    (run,) = (state / "runs").iterdir()
    return run


class TestWhatIsKept:
    def test_a_run_has_its_record_and_it_is_sound(self, ran: Path, tekc: Tekc) -> None:
        assert sorted(path.name for path in ran.iterdir()) == ["evidence.json", "ledger", "manifest.json", "run.json"]
        found = tekc("ledger", "verify")
        assert (found.status, found.err) == (0, "")
        assert ran.name in found.out
        assert "7 records, unchanged" in found.out
        assert tekc("ledger", "verify", ran.name) == found

    def test_its_files_are_those_of_the_abi(self, ran: Path, folder: Path) -> None:
        run = Run.from_plain(json.loads((ran / "run.json").read_text()))
        assert (run.name, run.status, run.task, run.root, run.records) == (ran.name, "done", "main", str(folder), 7)
        assert Manifest.from_plain(json.loads((ran / "manifest.json").read_text())).reach[0].capability == 'fs.write("out/**")'
        evidence = Evidence.from_plain(json.loads((ran / "evidence.json").read_text()))
        assert evidence.run == run
        assert [source.path for source in evidence.sources] == ["main.tek"]
        assert {file.path for file in evidence.files} == {"run.json", "manifest.json"}

    def test_only_its_user_reads_it(self, ran: Path, state: Path) -> None:
        for path in [ran, *ran.iterdir(), state / "key", *(state / "anchors").iterdir()]:
            assert path.stat().st_mode & 0o077 == 0, path

    def test_a_root_with_a_project_file_keeps_its_own(self, write: Write, tekc: Tekc, folder: Path, state: Path) -> None:
        (folder / "tek.toml").write_text('[project]\nname = "x"\n')
        write(main=SCRIPT)
        assert tekc("run", "main.tek", "--allow-needs").status == 0
        assert tekc("run", "main.tek", "--allow-needs", "--name", "b").status == 0
        assert len(list((folder / ".tek/runs").iterdir())) == 2
        assert not (state / "runs").exists()
        assert tekc("ledger", "verify").status == 0
        listed = tekc("runs").out.splitlines()
        assert len(listed) == 2
        assert all("done" in one for one in listed)
        assert (folder / ".tek/.gitignore").read_text() == "*\n"

    @pytest.mark.parametrize(
        "script",
        [
            'task main() { print("x") }',
            'task main() needs fs.read("x") { print("x") }',
            "import log\nimport time\ntask main() { log.info(\"x\")\n print(time.now() > time.now()) }",
        ],
    )  # fmt: skip
    def test_a_run_with_output_only_leaves_nothing(self, write: Write, tekc: Tekc, folder: Path, script: str) -> None:
        (folder / "tek.toml").write_text("")
        write(main=script)
        assert tekc("run", "main.tek", "--allow-needs").status == 0
        assert not (folder.parent / "state").exists()
        assert sorted(path.name for path in folder.iterdir()) == ["main.tek", "tek.toml"]

    def test_a_refused_run_leaves_nothing(self, write: Write, tekc: Tekc, folder: Path) -> None:
        write(main=SCRIPT)
        assert tekc("run", "main.tek").status == 4
        assert not (folder.parent / "state").exists()

    @pytest.mark.parametrize(("body", "status", "word"), [('fail "no"', 1, "failed"), ('fs.write_text(Path(name), "")', 4, "denied")])
    def test_how_it_ended_is_recorded(self, write: Write, tekc: Tekc, state: Path, body: str, status: int, word: str) -> None:
        write(main=SCRIPT.replace("    print(fs", f"    {body}\n    print(fs"))
        assert tekc("run", "main.tek", "--allow-needs").status == status
        (run,) = (state / "runs").iterdir()
        assert json.loads((run / "run.json").read_text())["status"] == word
        assert tekc("ledger", "verify").status == 0
        assert word in tekc("runs").out

    def test_export_prints_evidence_and_records(self, ran: Path, tekc: Tekc) -> None:
        found = tekc("ledger", "export")
        evidence, *records = found.out.splitlines()
        assert found.status == 0
        assert json.loads(evidence)["head"] == json.loads((ran / "run.json").read_text())["head"]
        assert "\n".join(records) + "\n" == (ran / "ledger").read_text()


class TestAnExportedRun:
    """It is checked without the user's key, against the head that it says itself."""

    @pytest.fixture
    def exported(self, ran: Path, tekc: Tekc, folder: Path) -> Path:
        (folder / "run.jsonl").write_text(tekc("ledger", "export").out)
        return folder / "run.jsonl"

    def test_it_is_sound(self, exported: Path, tekc: Tekc) -> None:
        found = tekc("ledger", "verify", "run.jsonl")
        assert (found.status, found.err) == (0, "")
        assert "fit their head" in found.out

    @pytest.mark.parametrize("at", range(8))
    def test_each_line_counts(self, exported: Path, tekc: Tekc, at: int) -> None:
        lines = exported.read_text().splitlines(keepends=True)
        exported.write_text("".join(lines[:at] + lines[at + 1 :]))
        assert tekc("ledger", "verify", "run.jsonl").status == 1

    @pytest.mark.parametrize("text", ["", "{}\n", "[]\n", '{"run":1}\n', "\ufffd", '{"records":1,"head":2,"run":{"name":3}}\n'])
    def test_what_is_none_is_told(self, folder: Path, tekc: Tekc, text: str) -> None:
        (folder / "run.jsonl").write_text(text)
        assert tekc("ledger", "verify", "run.jsonl").status == 1


class TestWhatIsFound:
    @pytest.mark.parametrize("name", ["ledger", "run.json", "manifest.json", "evidence.json"])
    def test_a_change_of_any_file(self, ran: Path, tekc: Tekc, name: str) -> None:
        text = (ran / name).read_text()
        (ran / name).write_text(text.replace("main", "mein"))
        found = tekc("ledger", "verify")
        assert found.status == 1
        assert tekc("ledger", "export", ran.name).status == 1

    @pytest.mark.parametrize("name", ["ledger", "run.json", "evidence.json"])
    def test_a_missing_file(self, ran: Path, tekc: Tekc, name: str) -> None:
        (ran / name).unlink()
        assert tekc("ledger", "verify", ran.name).status == 1

    def test_a_tail_that_was_cut_off(self, ran: Path, tekc: Tekc) -> None:
        lines = (ran / "ledger").read_bytes().splitlines(keepends=True)
        (ran / "ledger").write_bytes(b"".join(lines[:-1]))
        found = tekc("ledger", "verify")
        assert (found.status, "the end was cut off" in found.err) == (1, True)

    def test_a_run_that_is_gone(self, ran: Path, tekc: Tekc) -> None:
        shutil.rmtree(ran)
        found = tekc("ledger", "verify", ran.name)
        assert (found.status, "is gone" in found.err) == (1, True)

    def test_a_run_that_was_made_elsewhere(self, ran: Path, tekc: Tekc, state: Path) -> None:
        (state / "key").unlink()
        assert "made elsewhere" in tekc("ledger", "verify").err
        assert tekc("ledger", "verify").status == 1

    def test_a_run_under_another_name(self, ran: Path, tekc: Tekc) -> None:
        ran.rename(ran.with_name("20990101-000000-000000-00000000"))
        assert tekc("ledger", "verify").status == 1

    def test_an_anchor_that_was_changed(self, ran: Path, tekc: Tekc, state: Path) -> None:
        (anchor,) = (state / "anchors").iterdir()
        anchor.write_text(anchor.read_text().replace('"count":7', '"count":5'))
        assert tekc("ledger", "verify").status == 1

    def test_a_link_in_place_of_the_ledger(self, ran: Path, tekc: Tekc) -> None:
        (ran / "ledger").rename(ran / "elsewhere")
        (ran / "ledger").symlink_to(ran / "elsewhere")
        assert tekc("ledger", "verify").status == 1

    def test_an_unknown_run_or_verb(self, ran: Path, tekc: Tekc) -> None:
        assert tekc("ledger", "verify", "nothing").status == 2
        assert tekc("ledger", "verify", "../../x").status == 2
        assert tekc("ledger", "burn").status == 2

    def test_no_run_at_all(self, folder: Path, tekc: Tekc) -> None:
        assert tekc("ledger", "verify").status == 2
        assert tekc("runs") == (0, "", "")


class TestAForeignFolder:
    """A ``.tek/`` that this user's tekc did not write is refused, with the command that removes it."""

    @pytest.fixture
    def root(self, write: Write, folder: Path) -> Path:
        (folder / "tek.toml").write_text("")
        write(main=SCRIPT)
        return folder

    def refused(self, tekc: Tekc, root: Path, command: str) -> None:
        for words in (["run", "main.tek", "--allow-needs"], ["ledger", "verify"], ["runs"]):
            found = tekc(*words)
            assert (found.status, found.out) == (4, ""), words
            assert f"{command} {root}/.tek" in found.err
        assert not (root / "out").exists()

    def test_one_that_came_along(self, root: Path, tekc: Tekc) -> None:
        (root / ".tek/runs").mkdir(parents=True)
        (root / ".tek/owner").write_text("0" * 64 + "\n")
        self.refused(tekc, root, "rm -rf --")

    def test_one_that_is_a_link(self, root: Path, tekc: Tekc) -> None:
        (root.parent / "elsewhere").mkdir()
        (root / ".tek").symlink_to(root.parent / "elsewhere")
        self.refused(tekc, root, "rm --")

    def test_one_that_is_a_file_or_a_fifo(self, root: Path, tekc: Tekc) -> None:
        (root / ".tek").write_text("")
        self.refused(tekc, root, "rm --")
        (root / ".tek").unlink()
        os.mkfifo(root / ".tek")
        self.refused(tekc, root, "rm --")

    def test_one_that_others_may_write(self, root: Path, tekc: Tekc) -> None:
        assert tekc("run", "main.tek", "--allow-needs").status == 0
        shutil.rmtree(root / "out")
        (root / ".tek").chmod(0o777)
        self.refused(tekc, root, "rm -rf --")

    def test_one_that_was_copied_from_a_root_of_this_user(self, root: Path, tekc: Tekc) -> None:
        assert tekc("run", "main.tek", "--allow-needs").status == 0
        shutil.rmtree(root / "out")
        (root / ".tek").rename(root / "old")
        shutil.copytree(root / "old", root / ".tek")
        self.refused(tekc, root, "rm -rf --")

    def test_a_mark_that_is_a_link_or_a_fifo(self, root: Path, tekc: Tekc) -> None:
        assert tekc("run", "main.tek", "--allow-needs").status == 0
        shutil.rmtree(root / "out")
        (root / ".tek/owner").rename(root / "mark")
        (root / ".tek/owner").symlink_to(root / "mark")
        self.refused(tekc, root, "rm -rf --")
        (root / ".tek/owner").unlink()
        os.mkfifo(root / ".tek/owner")
        self.refused(tekc, root, "rm -rf --")

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
    def test_one_of_another_user(self, root: Path, tekc: Tekc) -> None:
        assert tekc("run", "main.tek", "--allow-needs").status == 0
        shutil.rmtree(root / "out")
        os.chown(root / ".tek", 65534, 65534)
        self.refused(tekc, root, "rm -rf --")

    def test_after_the_command_all_is_well(self, root: Path, tekc: Tekc) -> None:
        (root / ".tek").mkdir()
        assert tekc("run", "main.tek", "--allow-needs").status == 4
        shutil.rmtree(root / ".tek")
        assert tekc("run", "main.tek", "--allow-needs").status == 0


def test_two_that_begin_at_once_share_key_and_folder(tmp_path: Path) -> None:
    import threading

    found: list[tuple[bytes, str | None]] = []

    def begin() -> None:
        key = user_key(str(tmp_path / "state"))
        found.append((key, own_folder(str(tmp_path), key, make=True)))

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [".tek", "state"]
    assert sorted(path.name for path in (tmp_path / "state").iterdir()) == ["key"]


def test_a_key_that_others_may_read_is_refused(ran: Path, tekc: Tekc, state: Path) -> None:
    (state / "key").chmod(0o644)
    assert tekc("ledger", "verify").status == 4
    assert tekc("run", "main.tek", "--allow-needs").status == 4


def test_a_killed_run_is_in_doubt_and_not_unsound(write: Write, folder: Path, tekc: Tekc, state: Path) -> None:
    write(main='task main() needs process("sleep 60") {\n    $"sleep 60".run()\n}\n')
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT}/runtime:{ROOT}/stdlib"}
    with subprocess.Popen([sys.executable, "-m", "tekc", "run", "--allow-needs", "main.tek"], env=environment, cwd=folder) as process:
        until = time.monotonic() + 20
        while time.monotonic() < until and not any(b'"begin"' in path.read_bytes() for path in state.glob("runs/*/ledger")):
            time.sleep(0.02)
        time.sleep(0.1)  # the anchor follows the record
        process.send_signal(signal.SIGKILL)
    found = tekc("ledger", "verify")
    assert (found.status, "1 effect without an outcome" in found.err) == (6, True)
    (ledger,) = state.glob("runs/*/ledger")
    ledger.write_bytes(ledger.read_bytes()[:-1])
    assert tekc("ledger", "verify").status == 1


def test_without_a_state_folder_the_record_is_kept_among_the_temporary_files(
    write: Write, tekc: Tekc, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder.parent / "none").write_text("a file where a folder should be")
    (folder.parent / "tmp").mkdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(folder.parent / "none"))
    monkeypatch.setenv("TMPDIR", str(folder.parent / "tmp"))
    write(main=SCRIPT)
    assert tekc("run", "main.tek", "--allow-needs").status == 0
    assert tekc("ledger", "verify").status == 0


def test_recording_loads_nothing_heavy(write: Write, folder: Path, tekc: Tekc) -> None:
    write(main=SCRIPT)
    code = "import sys; from tekc.__main__ import main; main(['run', '--allow-needs', 'main.tek']); print(*sys.modules, file=sys.stderr)"
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT}/runtime:{ROOT}/stdlib"}
    time.sleep(0.1)  # so that the file's times can be trusted
    for isolated in ([], ["-S"]):  # the second time the program comes from the cache, and no site hook counts
        done = subprocess.run([sys.executable, *isolated, "-c", code], env=environment, capture_output=True, text=True, check=True, cwd=folder)
    loaded = set(done.stderr.split())
    assert "tekrt.kernel.ledger_file" in loaded
    assert loaded & {"json", "re", "typing", "hashlib", "enum", "threading", "collections", "dataclasses", "attr"} == set()


class TestShow:
    def test_it_names_every_effect_and_how_it_ended(self, ran: Path, tekc: Tekc, folder: Path) -> None:
        found = tekc("show")
        assert (found.status, found.err) == (0, "")
        assert f"{ran.name}: done" in found.out
        assert f"ok      fs.write write_text {folder}/out/a.txt 4 bytes" in found.out
        assert f"ok      fs.read read_text {folder}/out/a.txt 4 bytes" in found.out
        assert found == tekc("show", ran.name)

    def test_it_shows_nothing_of_what_was_changed(self, ran: Path, tekc: Tekc) -> None:
        (ran / "ledger").write_text((ran / "ledger").read_text().replace("a.txt", "b.txt"))
        found = tekc("show")
        assert (found.status, found.out) == (1, "")

    def test_an_unknown_run(self, ran: Path, tekc: Tekc) -> None:
        assert tekc("show", "20990101").status == 2


def test_a_task_with_retry_counts_as_one_that_may_repeat(write: Write, tekc: Tekc, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, bool]] = []
    begin = FileLedger.begin

    def watched(self: FileLedger, envelope: Envelope, repeatable: bool = False) -> None:
        seen.append((envelope.task, repeatable))
        begin(self, envelope, repeatable)

    monkeypatch.setattr(FileLedger, "begin", watched)
    write(
        main="import fs\ntask again() needs fs.write(\"a\") retry 2 {\n    fs.write_text(\"a\", \"\")\n}\n"
        "task main() needs fs.write(\"b\") {\n    fs.write_text(\"b\", \"\")\n    again()\n}\n"
    )  # fmt: skip
    assert tekc("run", "main.tek", "--allow-needs") == (0, "", "")
    assert seen == [("main", False), ("again", True)]
