"""Archives: what goes in comes out, and nothing comes out anywhere else."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import os
import shutil
import stat
import tarfile
import threading
import zipfile
from pathlib import Path as Real
from typing import Any

import pytest

from tekrt.effects import archive_source, archives
from tekrt.values.containers import new_list
from tekrt.values.failure import Failure, SpentLimit
from tekrt.values.scalars import Path
from tekstd import archive

GRANT = 'fs.read("**"), fs.write("out/**")'
TARS = ["x.tar", "x.tar.gz", "x.tgz", "x.tar.bz2", "x.tar.xz"]


def tree_of(folder: Real) -> dict[str, tuple[str, int]]:
    """Return content and mode of all below a folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        content = os.readlink(path) if path.is_symlink() else "" if path.is_dir() else path.read_bytes().hex()
        found[str(path.relative_to(folder))] = (content, 0 if path.is_symlink() or path.is_dir() else stat.S_IMODE(path.stat().st_mode))
    return found


def paths(*texts: str) -> Any:
    return new_list(map(Path, texts))


def failing(kind: str, action: Any) -> str:
    with pytest.raises(Failure) as caught:
        action()
    assert caught.value.kind == kind, caught.value.message
    return caught.value.message


# ---- what goes in comes out


@pytest.mark.parametrize("name", [*TARS, "x.zip"])
def test_a_folder_survives_an_archive(start: Any, root: Real, name: str) -> None:
    ctx = start(GRANT)
    make, take = (archive.zip_, archive.unzip) if name.endswith("zip") else (archive.tar, archive.untar)
    make(ctx, paths("data"), Path("out/" + name))
    take(ctx, Path("out/" + name), Path("out/back"))
    assert tree_of(root / "out/back/data") == tree_of(root / "data")
    assert archive.names(ctx, Path("out/" + name)).a == ["data/", "data/a.txt", "data/deep/", "data/deep/b.bin", "data/run.sh"]


@pytest.mark.parametrize("name", TARS)
def test_tars_of_ours_are_read_by_others(start: Any, root: Real, name: str) -> None:
    archive.tar(start(GRANT), paths("data"), Path("out/" + name))
    with tarfile.open(root / "out" / name) as made:
        assert "data/deep/b.bin" in made.getnames()


def test_zips_of_ours_are_read_by_others(start: Any, root: Real) -> None:
    archive.zip_(start(GRANT), paths("data/a.txt", "data/deep"), Path("out/x.zip"))
    with zipfile.ZipFile(root / "out/x.zip") as made:
        assert made.testzip() is None
        assert made.read("data/a.txt") == b"alpha\n"


def test_an_archive_in_the_folder_that_it_is_made_of_is_left_out(start: Any, root: Real) -> None:
    ctx = start('fs.read("**"), fs.write("**")')
    for _ in range(2):
        archive.zip_(ctx, paths("data"), Path("data/x.zip"))
        assert "data/x.zip" not in archive.names(ctx, Path("data/x.zip")).a


def test_the_root_itself_can_be_archived(start: Any, root: Real) -> None:
    ctx = start(GRANT)
    archive.tar(ctx, paths("."), Path("out/all.tar"))
    assert "secret.txt" in archive.names(ctx, Path("out/all.tar")).a


def test_unpacking_replaces_files(start: Any, root: Real) -> None:
    ctx = start(GRANT)
    archive.tar(ctx, paths("data"), Path("out/x.tar"))
    (root / "out/data").mkdir()
    (root / "out/data/a.txt").write_text("old")
    archive.untar(ctx, Path("out/x.tar"), Path("out"))
    assert (root / "out/data/a.txt").read_text() == "alpha\n"


def test_links_and_second_names_within_the_folder_are_unpacked(start: Any, root: Real) -> None:
    with tarfile.open(root / "x.tar", "w") as made:
        add(made, "lib/a.so.1", b"library")
        link(made, "lib/a.so", "a.so.1")
        link(made, "bin/tool", "../lib/a.so.1")
        hard = tarfile.TarInfo("lib/copy")
        hard.type, hard.linkname = tarfile.LNKTYPE, "lib/a.so.1"
        made.addfile(hard)
    archive.untar(start(GRANT), Path("x.tar"), Path("out"))
    assert (root / "out/bin/tool").read_bytes() == (root / "out/lib/a.so").read_bytes() == (root / "out/lib/copy").read_bytes() == b"library"
    assert (root / "out/lib/copy").stat().st_nlink == 1


# ---- what may not come out


def add(made: tarfile.TarFile, name: str, data: bytes = b"pwned") -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    made.addfile(info, io.BytesIO(data))


def link(made: tarfile.TarFile, name: str, goal: str, kind: bytes = tarfile.SYMTYPE) -> None:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, goal
    made.addfile(info)


OUTSIDE = ["../evil", "/etc/evil", "a/../../evil", "..", "a/..", "C:evil", "..\\evil", "a\\..\\..\\evil", "//evil", "./../evil", "/"]


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("form", ["tar", "zip"])
def test_no_name_leads_outside(start: Any, root: Real, name: str, form: str) -> None:
    if form == "tar":
        with tarfile.open(root / "x", "w") as made:
            add(made, "good", b"good")
            add(made, name)
    else:
        with zipfile.ZipFile(root / "x", "w") as zipped:
            zipped.writestr("good", b"good")
            zipped.writestr(name, b"pwned")
    before = tree_of(root.parent)
    take = archive.untar if form == "tar" else archive.unzip
    assert "outside" in failing("denied", lambda: take(start(GRANT), Path("x"), Path("out")))
    assert tree_of(root.parent) == before, "an archive with one bad entry is refused as a whole"


LINKS = ["/etc", "..", "../..", "../outside", "a/../../outside", "good/../../x", "./../..", ""]


@pytest.mark.parametrize("goal", LINKS)
@pytest.mark.parametrize("form", ["tar", "zip"])
def test_no_link_leads_outside(start: Any, root: Real, goal: str, form: str) -> None:
    if form == "tar":
        with tarfile.open(root / "x", "w") as made:
            link(made, "l", goal)
            add(made, "l/evil")
    else:
        with zipfile.ZipFile(root / "x", "w") as zipped:
            info = zipfile.ZipInfo("l")
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            zipped.writestr(info, goal)
            zipped.writestr("l/evil", b"pwned")
    before = tree_of(root.parent)
    take = archive.untar if form == "tar" else archive.unzip
    assert "lead out" in failing("denied", lambda: take(start(GRANT), Path("x"), Path("out")))
    assert tree_of(root.parent) == before


def test_a_chain_of_links_cannot_climb(start: Any, root: Real) -> None:
    with tarfile.open(root / "x", "w") as made:
        link(made, "d/up", "..")  # the folder itself: harmless
        link(made, "out", "d/up/../../outside")
    failing("denied", lambda: archive.untar(start(GRANT), Path("x"), Path("out")))


def test_no_file_goes_through_a_link_of_the_archive(start: Any, root: Real) -> None:
    with tarfile.open(root / "x", "w") as made:
        add(made, "d/file", b"one")
        link(made, "l", "d")
        add(made, "l/evil")
    failing("io", lambda: archive.untar(start(GRANT), Path("x"), Path("out")))
    assert not (root / "out/d/evil").exists()


def test_no_file_goes_through_a_link_that_is_there(start: Any, root: Real) -> None:
    (root / "out").mkdir()
    (root / "out/l").symlink_to(root.parent / "outside")
    with tarfile.open(root / "x", "w") as made:
        add(made, "l/secret.txt")
    failing("denied", lambda: archive.untar(start(GRANT), Path("x"), Path("out")))
    assert (root.parent / "outside/secret.txt").read_text() == "secret"
    (root / "out/l").unlink()
    archive.untar(start(GRANT), Path("x"), Path("out"))
    assert (root / "out/l/secret.txt").read_bytes() == b"pwned"


def test_no_other_name_of_a_file_changes(start: Any, root: Real) -> None:
    (root / "out").mkdir()
    os.link(root / "secret.txt", root / "out/a")
    with tarfile.open(root / "x", "w") as made:
        add(made, "a")
    archive.untar(start(GRANT), Path("x"), Path("out"))
    assert (root / "secret.txt").read_text() == "secret"


@pytest.mark.parametrize("goal", ["secret.txt", "/etc/passwd", "../secret.txt", "good/../../secret.txt"])
def test_a_second_name_of_what_is_not_in_the_archive_is_refused(start: Any, root: Real, goal: str) -> None:
    with tarfile.open(root / "x", "w") as made:
        link(made, "a", goal, tarfile.LNKTYPE)
    failing("denied", lambda: archive.untar(start(GRANT), Path("x"), Path("out")))
    assert not (root / "out").exists()


@pytest.mark.parametrize("kind", [tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE])
def test_devices_are_refused(start: Any, root: Real, kind: bytes) -> None:
    with tarfile.open(root / "x", "w") as made:
        link(made, "a", "", kind)
    assert "neither" in failing("denied", lambda: archive.untar(start(GRANT), Path("x"), Path("out")))


def test_set_uid_bits_are_left_out(start: Any, root: Real) -> None:
    with tarfile.open(root / "x", "w") as made:
        info = tarfile.TarInfo("a")
        info.mode = 0o6755
        made.addfile(info)
    archive.untar(start(GRANT), Path("x"), Path("out"))
    assert stat.S_IMODE((root / "out/a").stat().st_mode) == 0o755


def test_files_of_our_own_are_not_unpacked(start: Any, root: Real) -> None:
    for name in (".tek/trust", ".TEK/trust"):
        with tarfile.open(root / "x", "w") as made:
            add(made, name)
        failing("denied", lambda: archive.untar(start('fs.read("**"), fs.write("**")'), Path("x"), Path(".")))
    assert not (root / ".tek").exists()


# ---- grants


def test_unpacking_needs_reading_and_writing(start: Any, root: Real) -> None:
    archive.tar(start(GRANT), paths("data"), Path("out/x.tar"))
    for needs in ('fs.read("**"), fs.write("other/**")', 'fs.write("**"), fs.read("data/**")', 'fs.read("**"), fs.write("new/data/*.txt"), fs.write("new")'):
        failing("denied", lambda needs=needs: archive.untar(start(needs), Path("out/x.tar"), Path("new")))
        assert not (root / "new").exists()
    archive.untar(start('fs.read("out/x.tar"), fs.write("new/**")'), Path("out/x.tar"), Path("new"))
    assert (root / "new/data/a.txt").exists()


@pytest.mark.parametrize("make", [archive.zip_, archive.tar])
def test_each_file_that_goes_in_must_be_granted(start: Any, root: Real, make: Any) -> None:
    needs = 'fs.read("data"), fs.read("data/*"), fs.write("out/**")'
    failing("denied", lambda: make(start(needs), paths("data"), Path("out/x")))
    failing("denied", lambda: make(start(needs), paths("data/a.txt", "secret.txt"), Path("out/x")))
    failing("denied", lambda: make(start(needs), paths("data/a.txt"), Path("x")))
    assert not (root / "out/x").exists()
    make(start(needs), paths("data/a.txt"), Path("out/x"))


@pytest.mark.parametrize("make", [archive.zip_, archive.tar])
def test_links_and_pipes_do_not_go_in(start: Any, root: Real, make: Any) -> None:
    (root / "data/l").symlink_to("../secret.txt")
    failing("denied", lambda: make(start(GRANT), paths("data"), Path("out/x")))
    failing("denied", lambda: make(start(GRANT), paths("data/l"), Path("out/x")))
    (root / "data/l").unlink()
    os.mkfifo(root / "data/p")
    failing("denied", lambda: make(start(GRANT), paths("data"), Path("out/x")))
    assert not (root / "out/x").exists()


# ---- what is broken, and what is too large


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"garbage" * 1000, b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", gzip.compress(b"x" * 99, mtime=0)])
def test_what_is_no_archive_fails_to_decode(start: Any, root: Real, data: bytes) -> None:
    (root / "x").write_bytes(data)
    for action in (archive.unzip, archive.untar):
        failing("decode", lambda action=action: action(start(GRANT), Path("x"), Path("out")))
    failing("decode", lambda: archive.names(start(GRANT), Path("x")))


@pytest.mark.parametrize("name", [*TARS, "x.zip"])
def test_every_cut_archive_is_noticed(start: Any, root: Real, name: str) -> None:
    ctx = start(GRANT)
    make, take = (archive.zip_, archive.unzip) if name.endswith("zip") else (archive.tar, archive.untar)
    (root / "data/deep/b.bin").write_bytes(os.urandom(2000))
    make(ctx, paths("data"), Path("out/" + name))
    whole = (root / "out" / name).read_bytes()
    for cut in range(0, min(len(whole) - 1, 3500), 97):
        (root / "cut").write_bytes(whole[:cut])
        with pytest.raises(Failure) as caught:
            take(ctx, Path("cut"), Path("out/back"))
        assert caught.value.kind == "decode"


def test_a_damaged_header_is_not_the_end(start: Any, root: Real) -> None:
    with tarfile.open(root / "x", "w") as made:
        add(made, "a")
        add(made, "b")
    data = bytearray((root / "x").read_bytes())
    data[1024] ^= 1
    (root / "x").write_bytes(data)
    failing("decode", lambda: archive.untar(start(GRANT), Path("x"), Path("out")))


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_bomb_is_stopped(start: Any, root: Real, compress: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (archives, archive_source):
        monkeypatch.setattr(module, "MOST_UNPACKED", 1 << 20)
    monkeypatch.setattr(archive_source, "OVERHEAD", 1 << 16)
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        add(tar, "zeros", bytes(2 << 20))
    (root / "x").write_bytes(compress(made.getvalue()))
    with pytest.raises(SpentLimit):
        archive.untar(start(GRANT), Path("x"), Path("out"))
    assert not (root / "out").exists()


def test_a_zip_bomb_is_stopped_by_what_it_says_and_by_what_it_is(start: Any, root: Real, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_UNPACKED", 1 << 20)
    with zipfile.ZipFile(root / "x", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("zeros", bytes(2 << 20))
    with pytest.raises(SpentLimit):
        archive.unzip(start(GRANT), Path("x"), Path("out"))
    data = (root / "x").read_bytes().replace((2 << 20).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    (root / "x").write_bytes(data)
    failing("decode", lambda: archive.unzip(start(GRANT), Path("x"), Path("out")))
    assert not (root / "out/zeros").exists()


def test_a_header_that_is_as_large_as_the_memory_is_stopped(start: Any, root: Real) -> None:
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 1 << 33
    (root / "x").write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(2048))
    with pytest.raises((SpentLimit, Failure)):
        archive.untar(start(GRANT), Path("x"), Path("out"))


def test_a_million_nested_headers_do_not_crash(start: Any, root: Real) -> None:
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 2
    (root / "x").write_bytes((info.tobuf(tarfile.GNU_FORMAT) + b"a\0".ljust(512, b"\0")) * 20_000)
    failing("decode", lambda: archive.untar(start(GRANT), Path("x"), Path("out")))


def test_an_encrypted_zip_says_so(start: Any, root: Real) -> None:
    with zipfile.ZipFile(root / "x", "w") as made:
        made.writestr("a", b"data")
    data = bytearray((root / "x").read_bytes())
    at = data.find(b"PK\x01\x02")
    data[6] |= 1
    data[at + 8] |= 1
    (root / "x").write_bytes(data)
    assert "encrypted" in failing("io", lambda: archive.unzip(start(GRANT), Path("x"), Path("out")))


# ---- races


def test_no_race_leads_outside(start: Any, root: Real) -> None:
    """A folder is swapped for a link all the time; ``bench`` runs of 100,000 operations found no way out either."""
    outside, flipped, aside = root.parent / "outside", root / "out/d", root / "out/real"
    flipped.mkdir(parents=True)
    (outside / "secret.txt").write_text("top secret")
    with tarfile.open(root / "x", "w") as made:
        add(made, "d/secret.txt")
    ctx = start('fs.read("**"), fs.write("**")')
    stop = threading.Event()

    def flip() -> None:
        while not stop.is_set():
            try:
                flipped.rename(aside)
                flipped.symlink_to(outside)
                flipped.unlink()
                aside.rename(flipped)
            except OSError:
                shutil.rmtree(aside, ignore_errors=True)  # a folder was made in between

    thread = threading.Thread(target=flip)
    thread.start()
    try:
        for _ in range(500):
            with contextlib.suppress(Failure):
                archive.untar(ctx, Path("x"), Path("out"))
            with contextlib.suppress(Failure):
                archive.tar(ctx, paths("out/d"), Path("y"))
                assert b"top secret" not in (root / "y").read_bytes()
    finally:
        stop.set()
        thread.join()
    assert (outside / "secret.txt").read_text() == "top secret"
