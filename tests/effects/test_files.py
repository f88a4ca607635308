"""Files: what each operation does, what it refuses, and that refusing leaves everything as it was."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path as Real

import pytest

import tekstd.moments  # noqa: F401  # loaded before descriptors are counted
from tekrt.effects import trees
from tekrt.kernel import Context
from tekrt.values.failure import Failure, SpentLimit
from tekrt.values.scalars import Instant, Path, Size
from tekstd import fs

ALL = 'fs.read("**"), fs.write("**")'


def failing(kind: str, action, *args) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(Failure) as caught:
        action(*args)
    assert caught.value.kind == kind, caught.value
    return caught.value.message


def texts(value) -> list[str]:  # type: ignore[no-untyped-def]
    return [path.text for path in value.a]


class TestReading:
    def test_text_bytes_and_hash(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start('fs.read("data/**")')
        assert fs.read_text(ctx, Path("data/a.txt")) == "alpha\n"
        assert fs.read_bytes(ctx, Path("data/../data/./b.txt")) == b"beta\n"
        assert fs.read_text(ctx, Path(str(root / "data/a.txt"))) == "alpha\n"
        assert ctx.broker.ledger.lines()[0] == ("fs.read", str(root / "data/a.txt"), "ok")

    def test_hash_is_blake2b_256(self, start, root) -> None:  # type: ignore[no-untyped-def]
        import hashlib

        ctx = start(ALL)
        data = os.urandom(3_000_000)
        (root / "big").write_bytes(data)
        assert fs.hash_(ctx, Path("big")) == hashlib.blake2b(data, digest_size=32).hexdigest()
        assert fs.read_bytes(ctx, Path("big")) == data

    @pytest.mark.parametrize(
        ("data", "where"), [(b"ok\n\xff", "offset 3, in line 2"), (b"\xc0\x80", "offset 0"), (b"\xed\xa0\x80", "offset 0"), (b"a\xe2\x82", "offset 1")]
    )
    def test_what_is_no_utf8_fails_with_decode_and_the_place(self, start, root, data: bytes, where: str) -> None:  # type: ignore[no-untyped-def]
        ctx = start(ALL)
        (root / "x").write_bytes(data)
        assert where in failing("decode", fs.read_text, ctx, Path("x"))
        assert fs.read_bytes(ctx, Path("x")) == data

    def test_what_is_missing_a_folder_or_misnamed_fails_with_io(self, start) -> None:  # type: ignore[no-untyped-def]
        ctx = start(ALL)
        assert "no such file" in failing("io", fs.read_text, ctx, Path("none"))
        assert "is a folder" in failing("io", fs.read_text, ctx, Path("data"))
        assert "no folder" in failing("io", fs.read_text, ctx, Path("data/a.txt/x"))
        assert "empty path" in failing("io", fs.read_text, ctx, Path(""))
        assert "NUL" in failing("io", fs.read_text, ctx, Path("a\0b"))
        assert "4096" in failing("io", fs.read_text, ctx, Path("x/" * 3000))
        assert "too long" in failing("io", fs.read_text, ctx, Path("x" * 300))

    def test_a_file_whose_size_the_system_does_not_know_is_read_whole(self, start) -> None:  # type: ignore[no-untyped-def]
        ctx = start('fs.read("/proc/cpuinfo")')
        assert len(fs.read_bytes(ctx, Path("/proc/cpuinfo"))) > 100

    def test_too_large_a_file_spends_the_limit(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start(ALL)
        ctx.broker.files.most = 10
        with pytest.raises(SpentLimit):
            fs.read_bytes(ctx, Path("secret.txt"))

    def test_asking_is_reading(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start('fs.read("data/**")')
        assert fs.exists(ctx, Path("data/a.txt"))
        assert not fs.exists(ctx, Path("data/none"))
        assert not fs.exists(ctx, Path("data/a.txt/x"))
        assert fs.is_dir(ctx, Path("data"))
        assert not fs.is_dir(ctx, Path("data/a.txt"))
        assert fs.is_file(ctx, Path("data/a.txt"))
        for ask in (fs.exists, fs.is_dir, fs.is_file, fs.stat):
            failing("denied", ask, ctx, Path("secret.txt"))
            failing("denied", ask, ctx, Path("no/such"))

    def test_stat(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start(ALL)
        os.chmod(root / "data/a.txt", 0o640)
        os.utime(root / "data/a.txt", ns=(5, 1_000_000_007))
        assert fs.stat(ctx, Path("data/a.txt"))[2:] == [Size(6), Instant(1_000_000_007), 0o640, "file"]
        os.symlink("a.txt", root / "data/l")
        assert fs.stat(ctx, Path("data"))[5] == "dir"
        assert fs.stat(ctx, Path("data/l"))[5] == "link"
        failing("io", fs.stat, ctx, Path("none"))


class TestWriting:
    def test_missing_folders_are_made_and_the_old_content_goes(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start('fs.write("out/**")')
        fs.write_text(ctx, Path("out/x/y/z.txt"), "ü")
        fs.write_text(ctx, Path("out/x/y/z.txt"), "v")
        fs.write_bytes(ctx, Path("out/b"), b"\x00\xff")
        assert (root / "out/x/y/z.txt").read_text() == "v"
        assert (root / "out/b").read_bytes() == b"\x00\xff"
        assert sorted(os.listdir(root / "out/x/y")) == ["z.txt"]

    def test_missing_folders_above_are_made_though_only_the_file_is_granted(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start('fs.write("build/*.o")')
        fs.write_text(ctx, Path("build/a.o"), "x")
        failing("denied", fs.make_dir, ctx, Path("build/sub"))
        failing("denied", fs.write_text, ctx, Path("build/sub/a.o"), "x")
        assert not (root / "build/sub").exists()

    def test_the_mode_stays_but_special_bits_do_not(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start(ALL)
        os.chmod(root / "data/a.txt", 0o4751)
        fs.write_text(ctx, Path("data/a.txt"), "x")
        assert stat.S_IMODE((root / "data/a.txt").stat().st_mode) == 0o751

    def test_appending(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start(ALL)
        fs.append_text(ctx, Path("log/x"), "a\n")
        fs.append_bytes(ctx, Path("log/x"), b"b\n")
        assert (root / "log/x").read_text() == "a\nb\n"
        assert "is a folder" in failing("io", fs.append_text, ctx, Path("data"), "x")

    def test_another_name_of_a_file_does_not_change(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start('fs.write("w/**")')
        (root / "w").mkdir()
        for number, write in enumerate((fs.write_text, fs.append_text)):
            os.link(root / "secret.txt", root / f"w/{number}")
            write(ctx, Path(f"w/{number}"), "new")
        assert (root / "secret.txt").read_text() == "root secret"
        assert (root / "w/0").read_text() == "new"
        assert (root / "w/1").read_text() == "root secretnew"
        os.link(root / "secret.txt", root / "w/2")
        failing("denied", fs.set_mode, ctx, Path("w/2"), 0o777)

    def test_a_folder_is_not_written_over(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start(ALL)
        assert "is a folder" in failing("io", fs.write_text, ctx, Path("data"), "x")
        assert "no folder" in failing("io", fs.write_text, ctx, Path("data/a.txt/x"), "x")
        assert sorted(os.listdir(root)) == ["data", "secret.txt"]

    def test_a_full_disk_leaves_the_old_content_and_nothing_else(self, start, root, monkeypatch) -> None:  # type: ignore[no-untyped-def]
        import errno

        import tekrt.effects.files as module

        ctx = start(ALL)

        def full(fd: int, data: bytes) -> None:
            os.write(fd, data[:1])
            raise OSError(errno.ENOSPC, "full")

        monkeypatch.setattr(module, "write_all", full)
        assert "no space" in failing("io", fs.write_text, ctx, Path("data/a.txt"), "xyz")
        assert "no space" in failing("io", fs.append_text, ctx, Path("data/b.txt"), "xyz")
        assert (root / "data/a.txt").read_text() == "alpha\n"
        assert (root / "data/b.txt").read_text() == "beta\n"
        assert sorted(os.listdir(root / "data")) == ["a.txt", "b.txt"]

    def test_an_interruption_in_the_middle_leaves_the_old_content(self, start, root, monkeypatch) -> None:  # type: ignore[no-untyped-def]
        import tekrt.effects.files as module

        ctx = start(ALL)

        def interrupted(fd: int, data: bytes) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(module, "write_all", interrupted)
        with pytest.raises(KeyboardInterrupt):
            fs.write_text(ctx, Path("data/a.txt"), "xyz")
        assert sorted(os.listdir(root / "data")) == ["a.txt", "b.txt"]

    def test_modes(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start(ALL)
        fs.set_mode(ctx, Path("data/a.txt"), 0o755)
        assert stat.S_IMODE((root / "data/a.txt").stat().st_mode) == 0o755
        fs.set_mode(ctx, Path("data"), 0o700)
        failing("denied", fs.set_mode, ctx, Path("data/a.txt"), 0o4755)
        failing("io", fs.set_mode, ctx, Path("none"), 0o755)

    def test_making_a_folder(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start(ALL)
        fs.make_dir(ctx, Path("a/b/c"))
        fs.make_dir(ctx, Path("a/b"))
        assert (root / "a/b/c").is_dir()
        failing("io", fs.make_dir, ctx, Path("secret.txt"))


class TestListing:
    def test_a_listing_is_sorted_and_begins_as_it_was_asked(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start(ALL)
        assert texts(fs.list_(ctx, Path("data"))) == ["data/a.txt", "data/b.txt"]
        assert texts(fs.list_(ctx, Path("."))) == ["data", "secret.txt"]
        assert texts(fs.list_(ctx, Path(str(root / "data")))) == [str(root / "data/a.txt"), str(root / "data/b.txt")]
        failing("io", fs.list_, ctx, Path("none"))
        failing("io", fs.list_, ctx, Path("secret.txt"))

    def test_globs(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start(ALL)
        for name in ("src/a.c", "src/x/b.c", "src/x/y/c.h", "src/.h.c", "src/[1].c"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("")
        assert texts(fs.glob(ctx, "src/*.c")) == ["src/.h.c", "src/[1].c", "src/a.c"]
        assert texts(fs.glob(ctx, "src/**/*.c")) == ["src/.h.c", "src/[1].c", "src/a.c", "src/x/b.c"]
        assert texts(fs.glob(ctx, "./src/**")) == ["src/.h.c", "src/[1].c", "src/a.c", "src/x", "src/x/b.c", "src/x/y", "src/x/y/c.h"]
        assert texts(fs.glob(ctx, "**/y/*")) == ["src/x/y/c.h"]
        assert texts(fs.glob(ctx, "src/a.c")) == ["src/a.c"]
        assert texts(fs.glob(ctx, "src/none.c")) == texts(fs.glob(ctx, "none/*")) == texts(fs.glob(ctx, "secret.txt/*")) == []
        assert texts(fs.glob(ctx, r"src/\[?].c")) == ["src/[1].c"]
        assert texts(fs.glob(ctx, "s*/*")) == ["src/.h.c", "src/[1].c", "src/a.c", "src/x"]
        assert texts(fs.glob(ctx, "*")) == ["data", "secret.txt", "src"]
        assert "whole folders" in failing("io", fs.glob, ctx, "a**")

    def test_absolute_and_parent_patterns_give_such_paths(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start(ALL)
        assert texts(fs.glob(ctx, f"{root}/data/*.txt")) == [f"{root}/data/a.txt", f"{root}/data/b.txt"]
        outside = start('fs.read("../outside/**")')
        assert texts(fs.glob(outside, "../outside/*")) == ["../outside/secret.txt"]
        assert fs.read_text(outside, Path("../outside/secret.txt")) == "secret"

    def test_a_pattern_must_be_within_the_grant_as_a_whole(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start('fs.read("data/a*")')
        assert texts(fs.glob(ctx, "data/a*.txt")) == ["data/a.txt"]
        assert 'fs.read("data/*.txt")' in failing("denied", fs.glob, ctx, "data/*.txt")
        failing("denied", fs.list_, ctx, Path("data"))
        failing("denied", fs.glob, start(ALL, task='fs.read("data/**")'), "**")

    def test_names_that_are_no_text_fail_where_they_would_be_given(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start(ALL)
        with open(os.fsencode(root) + b"/data/\xff.bin", "wb"):
            pass
        failing("decode", fs.list_, ctx, Path("data"))
        failing("decode", fs.glob, ctx, "data/*")
        assert texts(fs.glob(ctx, "data/*.txt")) == ["data/a.txt", "data/b.txt"]


class TestDeleting:
    def test_files_links_and_empty_folders(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start(ALL)
        os.symlink("a.txt", root / "data/l")
        os.symlink("/", root / "data/up")
        fs.delete(ctx, Path("data/l"), False)
        fs.delete(ctx, Path("data/up"), True)
        fs.delete(ctx, Path("data/a.txt"), False)
        assert "recursive: true" in failing("io", fs.delete, ctx, Path("data"), False)
        fs.delete(ctx, Path("data/b.txt"), False)
        fs.delete(ctx, Path("data"), False)
        failing("io", fs.delete, ctx, Path("data"), False)
        assert os.listdir(root) == ["secret.txt"]

    def test_a_tree_is_judged_as_a_whole_beforehand(self, start, root) -> None:  # type: ignore[no-untyped-def]
        (root / "data/deep/er").mkdir(parents=True)
        (root / "data/deep/er/z").write_text("")
        before = sorted(str(p) for p in root.rglob("*"))
        ctx = start('fs.write("data"), fs.write("data/*"), fs.write("data/deep/*")')
        assert "data/deep/er/z" in failing("denied", fs.delete, ctx, Path("data"), True)
        assert sorted(str(p) for p in root.rglob("*")) == before
        fs.delete(start('fs.write("data/**")'), Path("data"), True)
        assert not (root / "data").exists()

    def test_the_root_itself_stays(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start(f'fs.read("/**"), fs.write("/**"), {ALL}')
        for path in (".", str(root), str(root.parent), "/", "data/..", ".."):
            failing("denied", fs.delete, ctx, Path(path), True)
            failing("denied", fs.move, ctx, Path(path), Path("/nowhere"))
        assert (root / "data/a.txt").exists()

    def test_a_tree_of_10_000_levels_goes_without_recursion(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start(ALL)
        (root / "deep").mkdir()
        fd = os.open(root / "deep", os.O_RDONLY)
        for _ in range(400):
            os.mkdir("d", dir_fd=fd)
            after = os.open("d", os.O_RDONLY, dir_fd=fd)
            os.close(fd)
            fd = after
        os.close(fd)
        fs.delete(ctx, Path("deep"), True)
        assert not (root / "deep").exists()


class TestCopyingAndMoving:
    def test_files(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start(ALL)
        os.chmod(root / "data/a.txt", 0o755)
        fs.copy(ctx, Path("data/a.txt"), Path("new/x"))
        fs.copy(ctx, Path("data/b.txt"), Path("new/x"))
        assert (root / "new/x").read_text() == "beta\n"
        fs.move(ctx, Path("data/a.txt"), Path("new/y"))
        assert stat.S_IMODE((root / "new/y").stat().st_mode) == 0o755
        assert not (root / "data/a.txt").exists()
        fs.move(ctx, Path("new/y"), Path("new/x"))
        assert (root / "new/x").read_text() == "alpha\n"
        fs.move(ctx, Path("new/x"), Path("new/x"))
        failing("io", fs.copy, ctx, Path("none"), Path("x"))
        failing("io", fs.move, ctx, Path("none"), Path("x"))
        failing("io", fs.copy, ctx, Path("new/x"), Path("data"))
        failing("io", fs.move, ctx, Path("new/x"), Path("data"))

    def test_folders(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start(ALL)
        (root / "data/e/f").mkdir(parents=True)
        fs.copy(ctx, Path("data"), Path("copy"))
        assert (root / "copy/a.txt").read_text() == "alpha\n"
        assert (root / "copy/e/f").is_dir()
        failing("io", fs.copy, ctx, Path("data"), Path("copy"))
        failing("io", fs.copy, ctx, Path("data"), Path("data/inner"))
        failing("io", fs.move, ctx, Path("data"), Path("data/inner"))
        failing("io", fs.move, ctx, Path("data"), Path("copy"))
        fs.move(ctx, Path("copy"), Path("far/copy"))
        assert (root / "far/copy/b.txt").exists()
        os.symlink("/etc/passwd", root / "data/l")
        failing("denied", fs.copy, ctx, Path("data"), Path("c2"))
        assert not (root / "c2").exists()

    def test_both_ends_are_judged_as_wholes(self, start, root) -> None:  # type: ignore[no-untyped-def]
        failing("denied", fs.copy, start('fs.read("data/**"), fs.write("out/a*")'), Path("data"), Path("out"))
        failing("denied", fs.copy, start('fs.read("data"), fs.read("data/a*"), fs.write("out/**")'), Path("data"), Path("out"))
        failing("denied", fs.copy, start('fs.read("data/**")'), Path("data/a.txt"), Path("out"))
        failing("denied", fs.copy, start('fs.write("**")'), Path("data/a.txt"), Path("out"))
        failing("denied", fs.move, start('fs.write("data/**")'), Path("data/a.txt"), Path("out"))
        failing("denied", fs.move, start('fs.write("out/**")'), Path("data/a.txt"), Path("out/x"))
        assert not (root / "out").exists()

    def test_moving_to_another_device_copies_and_deletes(self, start, root) -> None:  # type: ignore[no-untyped-def]
        other = Real("/dev/shm")
        if not other.is_dir() or other.stat().st_dev == root.stat().st_dev:
            pytest.skip("there is no other device")
        there = f"/dev/shm/tek-test-{os.getpid()}"
        ctx = start(f'{ALL}, fs.read("{there}/**"), fs.write("{there}/**")')
        try:
            os.chmod(root / "data/a.txt", 0o750)
            fs.move(ctx, Path("data/a.txt"), Path(there + "/x/a"))
            assert stat.S_IMODE(os.stat(there + "/x/a").st_mode) == 0o750
            assert not (root / "data/a.txt").exists()
            (root / "data/sub/deep").mkdir(parents=True)
            fs.move(ctx, Path("data"), Path(there + "/y"))
            assert not (root / "data").exists()
            assert Real(there, "y/b.txt").read_text() == "beta\n"
            assert Real(there, "y/sub/deep").is_dir()
            os.symlink("b.txt", there + "/y/link")
            failing("denied", fs.move, ctx, Path(there + "/y"), Path("back"))
            assert Real(there, "y/b.txt").exists()
        finally:
            shutil.rmtree(there, ignore_errors=True)

    def test_moving_does_not_make_readable_what_was_not(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx = start('fs.write("**"), fs.read("open/**")')
        assert "readable" in failing("denied", fs.move, ctx, Path("secret.txt"), Path("open/x"))
        fs.move(ctx, Path("secret.txt"), Path("closed/x"))
        assert (root / "closed/x").exists()


class TestTemporary:
    def test_a_folder_of_its_own_goes_with_the_task(self, start, root) -> None:  # type: ignore[no-untyped-def]
        ctx: Context = start('fs.read("data/**")').for_task("job", [])
        folder = fs.temp_dir(ctx)
        assert stat.S_IMODE(os.stat(folder.text).st_mode) == 0o700
        inner = Path(folder.text + "/x/y.txt")
        fs.write_text(ctx, inner, "t")
        assert fs.read_text(ctx, inner) == "t"
        assert texts(fs.glob(ctx, folder.text + "/**/*.txt")) == [inner.text]
        assert texts(fs.list_(ctx, folder)) == [folder.text + "/x"]
        os.chmod(folder.text + "/x", 0)
        callee = ctx.for_task("other", [])
        fs.write_text(callee, Path(folder.text + "/z"), "t")
        callee.close()
        assert Real(folder.text, "z").exists()
        failing("denied", fs.read_text, ctx, Path("data/a.txt"))
        ctx.close()
        assert not Real(folder.text).exists()
        failing("denied", fs.read_text, ctx.broker.context(), inner)

    def test_folders_that_were_closed_are_opened_up_to_be_removed(self, start, monkeypatch) -> None:  # type: ignore[no-untyped-def]
        ctx = start("none")
        folder = fs.temp_dir(ctx)
        os.makedirs(folder.text + "/a/b")
        os.chmod(folder.text + "/a", 0)
        real, calls = trees.remove, []

        def remove(*args: object) -> None:
            calls.append(args)
            if len(calls) == 1:
                raise PermissionError(13, "no")
            real(*args)

        monkeypatch.setattr(trees, "remove", remove)
        ctx.close()
        assert len(calls) == 2
        assert not Real(folder.text).exists()

    def test_what_a_task_leaves_goes_with_the_run(self, start) -> None:  # type: ignore[no-untyped-def]
        ctx = start("none")
        folder = fs.temp_dir(ctx)
        ctx.broker.close()
        assert not Real(folder.text).exists()
