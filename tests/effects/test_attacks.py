"""Ways out of what is granted, each with a twin that is allowed."""

from __future__ import annotations

import ctypes
import os
import socket
import threading
import time
from pathlib import Path as Real

import pytest

from tekrt.values.failure import Failure
from tekrt.values.scalars import Path
from tekstd import fs

GRANT = 'fs.read("data/**"), fs.write("data/**")'
HOME_FILE = "~/.tek-test-none"


def outcomes(ctx, path: str) -> dict[str, str]:  # type: ignore[no-untyped-def]
    """Try every operation on a path; return how each ended."""
    target = Path(path)
    spare = Path("data/spare")
    operations = {
        "read_text": lambda: fs.read_text(ctx, target),
        "read_bytes": lambda: fs.read_bytes(ctx, target),
        "hash": lambda: fs.hash_(ctx, target),
        "list": lambda: fs.list_(ctx, target),
        "glob": lambda: fs.glob(ctx, path + "/*"),
        "exists": lambda: fs.exists(ctx, target),
        "is_dir": lambda: fs.is_dir(ctx, target),
        "is_file": lambda: fs.is_file(ctx, target),
        "stat": lambda: fs.stat(ctx, target),
        "copy from": lambda: fs.copy(ctx, target, spare),
        "move from": lambda: fs.move(ctx, target, Path("data/moved")),
        "write_text": lambda: fs.write_text(ctx, target, "pwned"),
        "write_bytes": lambda: fs.write_bytes(ctx, target, b"pwned"),
        "append_text": lambda: fs.append_text(ctx, target, "pwned"),
        "append_bytes": lambda: fs.append_bytes(ctx, target, b"pwned"),
        "make_dir": lambda: fs.make_dir(ctx, target),
        "copy to": lambda: fs.copy(ctx, Path("data/a.txt"), target),
        "move to": lambda: fs.move(ctx, Path("data/b.txt"), target),
        "set_mode": lambda: fs.set_mode(ctx, target, 0o777),
        "delete": lambda: fs.delete(ctx, target, True),
    }
    out = {}
    for name, operation in operations.items():
        try:
            operation()
            out[name] = "ok"
        except Failure as failure:
            out[name] = failure.kind
    return out


@pytest.mark.parametrize(
    "path",
    ["secret.txt", "data/../secret.txt", "../outside/secret.txt", "data/../../outside/secret.txt", "/etc/passwd", "~/x", ".", "..", "/",
     "./data/.././secret.txt", "data/../data/../secret.txt", "//etc//passwd", "/proc/self/root/etc/passwd", "/proc/self/cwd",
     "/dev/stdin", "/dev/fd/0", "data" + "/.." * 50 + "/etc/passwd", "data//../secret.txt"],
)  # fmt: skip
def test_every_operation_outside_of_the_grant_is_denied(start, path: str) -> None:  # type: ignore[no-untyped-def]
    assert set(outcomes(start(GRANT), path).values()) == {"denied"}


def test_every_operation_that_has_a_twin_inside_is_allowed(start, root) -> None:  # type: ignore[no-untyped-def]
    (root / "data/d").mkdir()
    (root / "data/d/f").write_text("x")
    folder = outcomes(start(GRANT), "data/d")
    assert {name for name, how in folder.items() if how == "denied"} == set()
    for name in ("list", "glob", "exists", "is_dir", "is_file", "copy from", "move from"):
        assert folder[name] == "ok", name
    (root / "data/a.txt").write_text("x")
    (root / "data/b.txt").write_text("x")
    file = outcomes(start(GRANT), "data/new")
    assert {name for name, how in file.items() if how == "denied"} == set()


@pytest.mark.parametrize("target", ["../../outside/secret.txt", "../secret.txt", "a.txt", "/etc/passwd", "/proc/self/environ", "nowhere"])
def test_a_link_at_the_end_is_not_followed_wherever_it_leads(start, root, target: str) -> None:  # type: ignore[no-untyped-def]
    outside = root.parent / "outside/secret.txt"
    os.symlink(target, root / "data/link")
    result = outcomes(start(GRANT), "data/link")
    for name in ("read_text", "read_bytes", "hash", "list", "glob", "copy from", "move from", "write_text", "write_bytes", "append_text",
                 "append_bytes", "copy to", "move to", "set_mode", "make_dir"):  # fmt: skip
        assert result[name] == "denied", name
    assert outside.read_text() == "secret"
    assert (root / "secret.txt").read_text() == "root secret"
    assert not (root / "data/nowhere").exists()
    assert result["delete"] == "ok"  # the link itself
    assert outside.exists()


@pytest.mark.parametrize("target", ["../../outside", "/", "../../outside/../outside", ".", "/proc/self/root", "/proc/self/cwd"])
def test_a_link_on_the_way_is_not_followed_wherever_it_leads(start, root, target: str) -> None:  # type: ignore[no-untyped-def]
    os.symlink(target, root / "data/link")
    (root / "data/secret.txt").write_text("inside")
    deep = {"/": "data/link/etc/hosts", "/proc/self/root": "data/link/etc/hosts"}.get(target, "data/link/secret.txt")
    result = outcomes(start(GRANT), deep)
    assert {k: v for k, v in result.items() if v != "denied"} == {}
    assert (root.parent / "outside/secret.txt").read_text() == "secret"


def test_dots_after_a_link_are_taken_by_text_and_lead_nowhere(start, root) -> None:  # type: ignore[no-untyped-def]
    os.symlink("../../outside", root / "data/link")
    ctx = start(GRANT)
    with pytest.raises(Failure, match="no such file"):
        fs.read_text(ctx, Path("data/link/../secret.txt"))  # which is data/secret.txt, not what lies beside outside/
    assert fs.read_text(ctx, Path("data/link/../a.txt")) == "alpha\n"


def test_the_root_may_itself_be_reached_by_a_link(start, root, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from tekrt.effects.world import real_world
    from tekrt.kernel import Broker, Permit
    from tekrt.scopes import parse_capabilities

    os.symlink(root, tmp_path / "alias")
    broker = Broker(real_world(), Permit.of(parse_capabilities(GRANT), str(tmp_path / "alias"), "/nonexistent"))
    assert fs.read_text(broker.context(), Path("data/a.txt")) == "alpha\n"
    broker.close()


def test_searching_does_not_enter_or_give_links(start, root) -> None:  # type: ignore[no-untyped-def]
    os.symlink("../../outside", root / "data/link")
    os.symlink("..", root / "data/loop")
    ctx = start(GRANT)
    assert [p.text for p in fs.glob(ctx, "data/**").a] == ["data/a.txt", "data/b.txt"]
    assert [p.text for p in fs.glob(ctx, "data/**/*.txt").a] == ["data/a.txt", "data/b.txt"]
    with pytest.raises(Failure) as caught:
        fs.glob(ctx, "data/link/*")
    assert caught.value.kind == "denied"


def test_deleting_a_tree_deletes_links_and_not_what_they_lead_to(start, root) -> None:  # type: ignore[no-untyped-def]
    os.symlink("../../outside", root / "data/link")
    fs.delete(start(GRANT), Path("data"), True)
    assert (root.parent / "outside/secret.txt").read_text() == "secret"


@pytest.mark.parametrize("kind", ["fifo", "socket", "device"])
def test_what_is_no_regular_file_is_refused_and_never_waited_for(start, root, kind: str) -> None:  # type: ignore[no-untyped-def]
    path = root / "data/odd"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "socket":
        server = socket.socket(socket.AF_UNIX)
        here = os.getcwd()
        os.chdir(root / "data")
        server.bind("odd")
        os.chdir(here)
        server.close()
    else:
        try:
            os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5))
        except PermissionError:
            pytest.skip("only root makes devices")
    ctx = start(GRANT)
    before = time.monotonic()
    result = outcomes(ctx, "data/odd")
    assert time.monotonic() - before < 2
    for name in ("read_text", "read_bytes", "hash", "copy from", "move from", "write_text", "append_text", "copy to", "move to", "set_mode"):
        assert result[name] in ("denied", "io"), name
    assert result["exists"] == "ok"


def test_tekcs_own_files_are_outside_of_every_scope(start, root) -> None:  # type: ignore[no-untyped-def]
    (root / ".tek/runs").mkdir(parents=True)
    (root / ".tek/runs/ledger").write_text("record")
    own = root.parent / "state"
    own.mkdir()
    (own / "approvals").write_text("yes")
    ctx = start('fs.read("**"), fs.write("**"), fs.read("/**"), fs.write("/**")', reserved=(str(own),))
    for path in (".tek", ".tek/runs/ledger", ".TEK/runs/ledger", str(own), str(own / "approvals"), "data/../.tek/x"):
        result = outcomes(ctx, path)
        assert {k: v for k, v in result.items() if v != "denied"} == {}, path
    assert [p.text for p in fs.list_(ctx, Path(".")).a] == ["data", "secret.txt"]
    assert not [p for p in fs.glob(ctx, "**").a if ".tek" in p.text]
    with pytest.raises(Failure, match="tekc's own"):
        fs.delete(ctx, Path(str(root.parent / "state")), True)
    for victim in (str(root.parent),):
        with pytest.raises(Failure):
            fs.delete(ctx, Path(victim), True)
    assert (root / ".tek/runs/ledger").read_text() == "record"


def test_a_folder_that_holds_tekcs_own_is_not_deleted_or_moved(start, root) -> None:  # type: ignore[no-untyped-def]
    own = root / "home/.cache/tekc"
    own.mkdir(parents=True)
    (root / "home/other").write_text("")
    ctx = start('fs.read("**"), fs.write("**")', reserved=(str(own),))
    for action in (lambda: fs.delete(ctx, Path("home"), True), lambda: fs.move(ctx, Path("home"), Path("h2")), lambda: fs.copy(ctx, Path("home"), Path("h3"))):
        with pytest.raises(Failure) as caught:
            action()
        assert caught.value.kind == "denied"
    assert own.is_dir()
    assert (root / "home/other").exists()
    assert not (root / "h2").exists()
    assert not (root / "h3").exists()


def test_glob_characters_in_a_name_are_themselves(start, root) -> None:  # type: ignore[no-untyped-def]
    (root / "data/*").write_text("star")
    ctx = start('fs.read(r"data/\\*")'.replace("\\\\", "\\"))
    assert fs.read_text(ctx, Path("data/*")) == "star"
    with pytest.raises(Failure):
        fs.read_text(ctx, Path("data/a.txt"))


def _flip(stop: threading.Event, folder: Real, link: Real) -> None:
    """Swap a folder and a link, over and over, in one step each."""
    swap = ctypes.CDLL(None).renameat2
    first, second = os.fsencode(folder), os.fsencode(link)
    while not stop.is_set():
        swap(-100, first, -100, second, 2)  # RENAME_EXCHANGE


def test_a_folder_that_flips_to_a_link_never_leads_out(start, root) -> None:  # type: ignore[no-untyped-def]
    (root / "data/dir").mkdir()
    (root / "data/dir/secret.txt").write_text("inside")
    outside = root.parent / "outside"
    os.symlink(outside, root / "data/link")
    ctx = start(GRANT)
    stop = threading.Event()
    flipper = threading.Thread(target=_flip, args=(stop, root / "data/dir", root / "data/link"))
    flipper.start()
    seen: dict[str, int] = {}
    try:
        end = time.monotonic() + 1.0
        while time.monotonic() < end:
            try:
                assert fs.read_text(ctx, Path("data/dir/secret.txt")) in ("inside", "mine")
                fs.write_text(ctx, Path("data/dir/secret.txt"), "mine")
                fs.append_text(ctx, Path("data/dir/other.txt"), "mine")
                assert {p.text for p in fs.list_(ctx, Path("data/dir")).a} <= {"data/dir/secret.txt", "data/dir/other.txt"}
                fs.delete(ctx, Path("data/dir/other.txt"), False)
                seen["ok"] = seen.get("ok", 0) + 1
            except Failure as failure:
                seen[failure.kind] = seen.get(failure.kind, 0) + 1
    finally:
        stop.set()
        flipper.join()
    assert sorted(os.listdir(outside)) == ["secret.txt"]
    assert (outside / "secret.txt").read_text() == "secret"
    assert seen.get("ok", 0) > 5
    assert seen.get("denied", 0) > 5
