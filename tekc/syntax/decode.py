"""From the bytes of a file to its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.source import SourceFile, Span
from tekc.syntax import problems as p

if TYPE_CHECKING:
    from tekc.diagnostics import Report

_MARKS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


def decode_source(path: str, data: bytes, report: Report) -> str | None:
    """Return the text of a file without its byte order mark, or None where it is not UTF-8, which is reported.

    ``path`` is the name to show.  A NUL byte is legal in UTF-8, but never in a text: it is reported as well, once.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            shown = SourceFile(path, data.decode("utf-16", "replace"))
            report(p.NotText(Span(shown, 0, min(1, len(shown.text))), f"it is {name}"))
            return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        shown = SourceFile(path, data.decode("utf-8", "replace"))
        at = len(data[: error.start].decode("utf-8"))
        report(p.NotText(Span(shown, at, at + 1), f"the byte 0x{data[error.start]:02x} belongs to no character"))
        return None
    text = text.removeprefix("\ufeff")
    nul = text.find("\0")
    if nul >= 0:
        shown = SourceFile(path, text)
        report(p.NotText(Span(shown, nul, nul + 1), "it contains a NUL byte"))
        return None
    return text
