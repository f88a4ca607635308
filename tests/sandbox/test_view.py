"""What a child sees: the system's programs, what is granted, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tekrt.scopes import parse_capabilities
from tests.sandbox.conftest import Box

Make = Callable[..., Box]


def test_granted_files_are_there_and_the_others_are_not(box: Make, root: Path) -> None:
    run = box('fs.read("src/**")')
    assert run.sh("cat src/a.c src/sub/b.h")[1] == "alphabeta"
    for path in ("secret.txt", "out/old", f"{root}/secret.txt", f"{root}/src/../secret.txt", "../outside/secret.txt", "/etc/shadow"):
        status, out, err = run.sh(f"cat {path}")
        assert status != 0
        assert out == ""
        assert "No such file" in err
    assert run.sh("ls")[1].split() == ["src"]


def test_patterns_show_what_they_match_only(box: Make) -> None:
    assert sorted(box('fs.read("src/**/*.h"), fs.read("secret.???")').sh("find . -type f")[1].split()) == ["./secret.txt", "./src/sub/b.h"]


def test_without_a_grant_the_root_is_empty(box: Make) -> None:
    assert box("").sh("find . -type f")[1] == ""
    assert box('fs.read("**")').sh("find . -type f | wc -l")[1].strip() == "4"


def test_a_task_and_an_only_block_narrow_the_view(box: Make) -> None:
    run = box('fs.read("**")')
    narrow = run.context.for_task("job", parse_capabilities('process("sh"), fs.read("src/**"), fs.read("secret.txt")'))
    assert run.sh("find . -type f | sort", narrow)[1].split() == ["./secret.txt", "./src/a.c", "./src/sub/b.h"]
    only = narrow.only(parse_capabilities('process("sh"), fs.read("src/*.c")'))
    assert run.sh("find . -type f", only)[1].split() == ["./src/a.c"]


def test_a_link_out_of_what_is_granted_leads_nowhere(box: Make, root: Path) -> None:
    os.symlink(root / "secret.txt", root / "src/link")
    os.symlink(root / "src/a.c", root / "src/good")
    os.symlink("/etc/shadow", root / "src/shadow")
    run = box('fs.read("src/**")')
    assert run.sh("cat src/link")[0] != 0
    assert run.sh("cat src/shadow")[0] != 0
    assert run.sh("cat src/good")[1] == "alpha"


def test_files_outside_of_the_root(box: Make, root: Path) -> None:
    outside = root.parent / "outside"
    (outside / "deep").mkdir()
    (outside / "deep/x").write_text("x")
    assert box(f'fs.read("{outside}/secret.txt")').sh(f"cat {outside}/secret.txt; ls {outside}")[1] == "outside secretsecret.txt\n"
    assert box(f'fs.read("{outside}/deep/**")').sh(f"ls {outside} {outside}/deep")[1].split() == [f"{outside}:", "deep", f"{outside}/deep:", "x"]


def test_tmp_and_home_are_private(box: Make, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".ssh").write_text("key")
    run = box("", environment={"PATH": os.environ["PATH"], "HOME": str(home)})
    assert run.sh("ls -A ~; echo x > ~/made; cat ~/made; echo y > /tmp/made; cat /tmp/made")[1] == "x\ny\n"
    assert run.sh("cat ~/made /tmp/made")[0] != 0
    assert sorted(os.listdir(home)) == [".ssh"]
    assert not os.path.exists("/tmp/made")


def test_only_its_own_processes_and_no_descriptors(box: Make) -> None:
    run = box("")
    assert run.sh("ls /proc | grep -c '^[0-9]'")[1].strip() in ("3", "4", "5")
    assert run.sh("ls /proc/$$/fd")[1].split() == ["0", "1", "2"]
    for path in ("environ", "mem", "fd/3", "maps"):
        assert run.sh(f"cat /proc/1/{path}")[0] != 0
    assert run.sh("echo x > /proc/self/comm; cat /proc/self/status | head -1")[0] == 0


def test_the_system_is_read_only(box: Make) -> None:
    run = box("")
    assert run.sh("cat /etc/passwd /usr/bin/env | wc -c")[0] == 0
    for path in ("/usr/bin/x", "/etc/x", "/x", "/dev/x", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger"):
        assert run.sh(f": >> {path}")[0] != 0  # opening it for writing is enough to know; nothing is written


def test_programs_named_by_path_are_seen_and_data_beside_them_is_not(box: Make, root: Path) -> None:
    (root / "bin").mkdir()
    (root / "bin/tool").write_text("#!/bin/sh\necho tool; cat $(dirname $0)/data\n")
    (root / "bin/tool").chmod(0o755)
    (root / "bin/data").write_text("data")
    assert box('process("bin/**")').sh("bin/tool")[1] == "tool\n"
    assert box('process("bin/**"), fs.read("bin/data")').sh("bin/tool")[1] == "tool\ndata"
    assert box("").sh("bin/tool")[0] == 127


def test_what_is_tekcs_own_is_hidden(box: Make, root: Path) -> None:
    (root / ".tek").mkdir()
    (root / ".tek/key").write_text("key")
    run = box('fs.read("**"), fs.write("**")')
    assert run.sh("cat .tek/key")[0] != 0
    assert ".tek" in run.denied("mkdir -p .tek; echo mine > .tek/key")
    assert (root / ".tek/key").read_text() == "key"


def test_a_file_that_may_only_be_written_keeps_its_secret(box: Make, root: Path) -> None:
    (root / "out/old").write_text("very secret content")
    assert "secret" not in box('fs.write("out/**")').sh("cat out/old; od -c out/old")[1]
    assert box('fs.write("out/**"), fs.read("out/old")').sh("cat out/old")[1] == "very secret content"


def test_pipes_sockets_and_devices_of_the_real_tree_are_dead(box: Make, root: Path) -> None:
    os.mkfifo(root / "src/pipe")
    assert box('fs.read("src/**")').sh("timeout 0.3 cat src/pipe; timeout 0.3 sh -c 'echo x > src/pipe'")[0] != 0
    with open(root / "src/plain", "w") as file:
        file.write("plain")
    assert box('fs.read("src/**")').sh("cat src/plain")[1] == "plain"
