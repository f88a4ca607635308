"""Small pieces of wording that problems of several phases share."""

from __future__ import annotations


def listed(names: tuple[str, ...]) -> str:
    """Return names in backticks as a list in words: ``a``, ``b`` and ``c``."""
    shown = [f"`{name}`" for name in names]
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + f" and {shown[-1]}"
