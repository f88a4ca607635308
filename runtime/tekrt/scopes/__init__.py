"""Scopes of capabilities: parsing, matching, containment, overlap.  Pure: used by checker, broker, scheduler and CLI.

A :class:`Capability` is a kind of effect (``fs.read``) and a scope in that kind's language (a glob, a host, a program, a
name).  ``matches`` judges one concrete thing, ``contains`` and ``overlaps`` judge all that two scopes may mean: ``contains``
says True, and ``overlaps`` says False, only where it is proved.  Relative scopes are compared with relative ones; ``anchored``
makes them absolute once the root is known.  A :class:`~tekrt.ir.ScopeTemplate` is a capability with holes.

**Invariant.** Nothing here touches the world, and no text makes it slow: matching is linear in text times pattern, the
proofs are bounded.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tekrt.scopes.capability import (
        Capability,
        anchored,
        check,
        conflicts,
        contains,
        covered,
        matches,
        missing,
        overlaps,
        quote,
        show,
    )
    from tekrt.scopes.errors import ScopeError
    from tekrt.scopes.glob import escape, parse_glob, split_path
    from tekrt.scopes.kinds import DEFAULT_KINDS, KINDS, Kind, includes, language_of
    from tekrt.scopes.parse import parse_capabilities, parse_capability
    from tekrt.scopes.templates import check_template, evaluate, holes, show_template, template_contains, widest

_WHERE = {
    "capability": "Capability anchored check conflicts contains covered matches missing overlaps quote show",
    "errors": "ScopeError",
    "glob": "escape parse_glob split_path",
    "kinds": "DEFAULT_KINDS KINDS Kind includes language_of",
    "parse": "parse_capabilities parse_capability",
    "templates": "check_template evaluate holes show_template template_contains widest",
}
_MODULES = {name: module for module, names in _WHERE.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """Load what is asked for: a program that only prints needs none of it."""
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(f"tekrt.scopes.{module}"), name)
    return found


__all__ = [
    "DEFAULT_KINDS", "KINDS", "Capability", "Kind", "ScopeError", "anchored", "check", "check_template", "conflicts",
    "contains", "covered", "escape", "evaluate", "holes", "includes", "language_of", "matches", "missing", "overlaps",
    "parse_capabilities", "parse_capability", "parse_glob", "quote", "show", "show_template", "split_path",
    "template_contains", "widest",
]  # fmt: skip
