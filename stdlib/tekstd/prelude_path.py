"""Host bodies of ``prelude_path.tek``, and the parts of a path that have no brackets."""

from __future__ import annotations

from tekrt.values.containers import TList
from tekrt.values.failure import Failure
from tekrt.values.native import native
from tekrt.values.scalars import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _name(text: str) -> str:
    """Return the last part; "" where there is none, as for ``/``, ``.`` and ``..``."""
    last = text.rpartition("/")[2]
    return "" if last in (".", "..") else last


def _suffix(name: str) -> str:
    """Return the last suffix with its dot; a name that only begins with a dot, or ends with one, has none."""
    at = name.rfind(".")
    return name[at:] if 0 < at < len(name) - 1 and name[:at].strip(".") else ""


def _parent(text: str) -> str:
    """Return the path without its last part."""
    before, slash, _ = text.rpartition("/")
    if slash:
        return before or "/"
    return "."


def _parts(text: str) -> list[str]:
    """Return the parts of a path; an absolute one begins with ``/``."""
    if text[:1] == "/":
        return ["/", *[part for part in text.split("/") if part]]
    return [part for part in text.split("/") if part not in ("", ".")]


@native("Path.name")
def name(ctx: Any, path: Path) -> str:
    """Return the last part."""
    return _name(path.text)


@native("Path.stem")
def stem(ctx: Any, path: Path) -> str:
    """Return the name without its suffix."""
    whole = _name(path.text)
    return whole[: len(whole) - len(_suffix(whole))]


@native("Path.suffix")
def suffix(ctx: Any, path: Path) -> str:
    """Return the name's last suffix with its dot."""
    return _suffix(_name(path.text))


@native("Path.parent")
def parent(ctx: Any, path: Path) -> Path:
    """Return the path above; ``.`` for a plain name."""
    return Path(_parent(path.text))


@native("Path.parts")
def parts(ctx: Any, path: Path) -> TList:
    """Return the parts as a list."""
    return TList(1, _parts(path.text))


@native("Path.to_str")
def to_str(ctx: Any, path: Path) -> str:
    """Return the path as text."""
    return path.text


@native("Path.is_absolute")
def is_absolute(ctx: Any, path: Path) -> bool:
    """Tell whether it begins at the root of the file system."""
    return path.text[:1] == "/"


def _named(path: Path, what: str) -> str:
    whole = _name(path.text)
    if not whole:
        raise Failure("fail", f"{what}: the path {path.text!r} has no name")
    return whole


def _beside(path: Path, whole: str) -> Path:
    above, slash, _ = path.text.rpartition("/")
    return Path(above + slash + whole)


@native("Path.with_suffix")
def with_suffix(ctx: Any, path: Path, new: str) -> Path:
    """Return the path with another suffix; ``fail`` where it has no name or the suffix is none."""
    whole = _named(path, "with_suffix")
    if new and (new[0] != "." or new == "." or "/" in new or "\0" in new):
        raise Failure("fail", f'with_suffix: {new!r} is no suffix; one looks like ".txt"')
    return _beside(path, whole[: len(whole) - len(_suffix(whole))] + new)


@native("Path.with_name")
def with_name(ctx: Any, path: Path, new: str) -> Path:
    """Return the path with another last part; ``fail`` where there is none or ``new`` is no single part."""
    _named(path, "with_name")
    if not new or "/" in new or "\0" in new or new in (".", ".."):
        raise Failure("fail", f"with_name: {new!r} is not the name of a file")
    return _beside(path, new)


@native("Path.relative_to")
def relative_to(ctx: Any, path: Path, base: Path) -> Path:
    """Return the way from ``base`` to the path; ``fail`` where the path is not below it."""
    whole, start = _parts(path.text), _parts(base.text)
    if whole[: len(start)] != start:
        raise Failure("fail", f"relative_to: {path.text!r} is not below {base.text!r}")
    return Path("/".join(whole[len(start) :]) or ".")


@native("Path.is_below")
def is_below(ctx: Any, path: Path, base: Path) -> bool:
    """Tell whether the path is ``base`` or below it."""
    whole, start = _parts(path.text), _parts(base.text)
    return whole[: len(start)] == start
