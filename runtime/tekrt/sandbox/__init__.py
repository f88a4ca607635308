"""Starting child processes: the one place where it happens.

`spawn` starts a child that is bounded by what it is handed only.  `Sandbox` starts children in namespaces of their own, whose view
holds the system's programs and what is granted, and whose changes are staged until `take_over` judges them.  `confinement` tells
which of these this system can do.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tekrt.sandbox.children import Child, Plan, spawn
    from tekrt.sandbox.client import Confined, Sandbox, Unavailable
    from tekrt.sandbox.commit import discard, take_over
    from tekrt.sandbox.ladder import Rung, confinement
    from tekrt.sandbox.view import View, network_of, view_of

_WHERE = {
    "children": "Child Plan spawn",
    "client": "Confined Sandbox Unavailable",
    "commit": "discard take_over",
    "ladder": "Rung confinement",
    "view": "View network_of view_of",
}
_MODULES = {name: module for module, names in _WHERE.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """Load what is asked for: the supervisor needs little of it, and starts sooner so."""
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(f"tekrt.sandbox.{module}"), name)
    return found


__all__ = [
    "Child", "Confined", "Plan", "Rung", "Sandbox", "Unavailable", "View", "confinement", "discard", "network_of", "spawn", "take_over", "view_of",
]  # fmt: skip
