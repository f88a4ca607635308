"""Host bodies of ``fs.tek``: each hands on to the run's file service, which asks the broker."""

from __future__ import annotations

from tekrt.values.containers import new_list, new_record
from tekrt.values.native import native
from tekrt.values.scalars import Instant, Path, Size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from os import stat_result
    from typing import Any

    from tekrt.kernel import Context
    from tekrt.values.containers import TList

FORMAT, FOLDER, REGULAR, LINK = 0o170000, 0o040000, 0o100000, 0o120000
KINDS = {FOLDER: "dir", REGULAR: "file", LINK: "link"}


@native("fs.read_text")
def read_text(ctx: Context, path: Path) -> str:
    """Return a file's text."""
    text: str = ctx.broker.files.read_text(ctx, path.text)
    return text


@native("fs.read_bytes")
def read_bytes(ctx: Context, path: Path) -> bytes:
    """Return a file's content."""
    data: bytes = ctx.broker.files.read_bytes(ctx, path.text)
    return data


@native("fs.write_text")
def write_text(ctx: Context, path: Path, text: str) -> None:
    """Write a file as a whole."""
    ctx.broker.files.write_bytes(ctx, path.text, text.encode("utf-8"), "write_text")


@native("fs.write_bytes")
def write_bytes(ctx: Context, path: Path, data: bytes) -> None:
    """Write a file as a whole."""
    ctx.broker.files.write_bytes(ctx, path.text, data)


@native("fs.append_text")
def append_text(ctx: Context, path: Path, text: str) -> None:
    """Write at a file's end."""
    ctx.broker.files.append_bytes(ctx, path.text, text.encode("utf-8"))


@native("fs.append_bytes")
def append_bytes(ctx: Context, path: Path, data: bytes) -> None:
    """Write at a file's end."""
    ctx.broker.files.append_bytes(ctx, path.text, data, "append_bytes")


@native("fs.exists")
def exists(ctx: Context, path: Path) -> bool:
    """Tell whether something is there."""
    return _status(ctx, path, "exists") is not None


@native("fs.is_dir")
def is_dir(ctx: Context, path: Path) -> bool:
    """Tell whether a folder is there."""
    return _type(_status(ctx, path, "is_dir")) == FOLDER


@native("fs.is_file")
def is_file(ctx: Context, path: Path) -> bool:
    """Tell whether a regular file is there."""
    return _type(_status(ctx, path, "is_file")) == REGULAR


@native("fs.stat")
def stat(ctx: Context, path: Path) -> Any:
    """Return a ``fs.Stat``; fails with ``io`` where nothing is."""
    status = _status(ctx, path, "stat")
    if status is None:
        from tekrt.values.failure import Failure

        raise Failure("io", f"cannot look at `{path.text}`: there is no such file or folder")
    from tekrt.values.types import record_type

    kind = KINDS.get(_type(status), "other")
    return new_record(record_type("fs.Stat"), Size(status.st_size), Instant(status.st_mtime_ns), status.st_mode & 0o7777, kind)


def _status(ctx: Context, path: Path, what: str) -> stat_result | None:
    status: stat_result | None = ctx.broker.files.status(ctx, path.text, what)
    return status


def _type(status: stat_result | None) -> int:
    return 0 if status is None else status.st_mode & FORMAT


@native("fs.list")
def list_(ctx: Context, path: Path) -> TList:
    """Return what is in a folder."""
    from tekrt.effects import trees

    return new_list(map(Path, trees.list_folder(ctx.broker.files, ctx, path.text)))


@native("fs.glob")
def glob(ctx: Context, pattern: str) -> TList:
    """Return what matches a pattern."""
    from tekrt.effects import trees

    return new_list(map(Path, trees.glob(ctx.broker.files, ctx, pattern)))


@native("fs.make_dir")
def make_dir(ctx: Context, path: Path) -> None:
    """Make a folder."""
    ctx.broker.files.make_dir(ctx, path.text)


@native("fs.delete")
def delete(ctx: Context, path: Path, recursive: bool) -> None:
    """Delete a file or folder."""
    from tekrt.effects import trees

    trees.delete(ctx.broker.files, ctx, path.text, recursive)


@native("fs.copy")
def copy(ctx: Context, source: Path, target: Path) -> None:
    """Copy a file or folder."""
    from tekrt.effects import trees

    trees.copy(ctx.broker.files, ctx, source.text, target.text)


@native("fs.move")
def move(ctx: Context, source: Path, target: Path) -> None:
    """Move a file or folder."""
    from tekrt.effects import trees

    trees.move(ctx.broker.files, ctx, source.text, target.text)


@native("fs.temp_dir")
def temp_dir(ctx: Context) -> Path:
    """Make a temporary folder."""
    return Path(ctx.broker.files.temp_dir(ctx))


@native("fs.set_mode")
def set_mode(ctx: Context, path: Path, mode: int) -> None:
    """Set permission bits."""
    ctx.broker.files.set_mode(ctx, path.text, mode)


@native("fs.hash")
def hash_(ctx: Context, path: Path) -> str:
    """Return the digest of a file's content."""
    digest: str = ctx.broker.files.hash(ctx, path.text)
    return digest
