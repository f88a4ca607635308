"""Host bodies of ``archive.tek``: the run's file service opens and judges all that is read and written."""

from __future__ import annotations

from tekrt.values.containers import new_list
from tekrt.values.native import native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekrt.kernel import Context
    from tekrt.values.containers import TList
    from tekrt.values.scalars import Path


@native("archive.zip")
def zip_(ctx: Context, files: TList, to: Path) -> None:
    """Make a zip archive."""
    _pack(ctx, files, to, "zip")


@native("archive.tar")
def tar(ctx: Context, files: TList, to: Path) -> None:
    """Make a tar archive."""
    _pack(ctx, files, to, "tar")


def _pack(ctx: Context, files: TList, to: Path, form: str) -> None:
    from tekrt.effects.archives_made import pack

    pack(ctx.broker.files, ctx, [path.text for path in files.a], to.text, form)


@native("archive.unzip")
def unzip(ctx: Context, path: Path, to: Path) -> None:
    """Unpack a zip archive."""
    from tekrt.effects.archives import unpack

    unpack(ctx.broker.files, ctx, path.text, to.text, "zip")


@native("archive.untar")
def untar(ctx: Context, path: Path, to: Path) -> None:
    """Unpack a tar archive."""
    from tekrt.effects.archives import unpack

    unpack(ctx.broker.files, ctx, path.text, to.text, "tar")


@native("archive.names")
def names(ctx: Context, path: Path) -> TList:
    """Return the names of what is in an archive."""
    from tekrt.effects.archives import names as names_of

    return new_list(names_of(ctx.broker.files, ctx, path.text))
