"""Host functions: Python bodies of ``extern fn``, found by name and loaded when a program that calls them is.

A host function is ``f(ctx, *args)``, borrows its arguments and owns its result; only ``Failure``, ``SpentLimit`` and
``Cancelled`` leave it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    HostFunction = Callable[..., Any]
    F = TypeVar("F", bound=HostFunction)

_functions: dict[str, HostFunction] = {}


def native(name: str) -> Callable[[F], F]:
    """Register the decorated function as the body of the extern ``name``: ``fs.read_text``, ``List.sort``, ``print``."""

    def register(function: F) -> F:
        _functions[name] = function
        return function

    return register


def host_module(name: str) -> str:
    """Return the Python module that holds the body of an extern.

    ``fs.read_text`` and ``text.Regex.find`` live in ``tekstd.fs`` and ``tekstd.text``, ``List.sort`` in
    ``tekstd.prelude_list``, ``print`` in ``tekstd.prelude``.
    """
    first, dot, _ = name.partition(".")
    if not dot:
        return "tekstd.prelude"
    return f"tekstd.prelude_{first.lower()}" if first[0].isupper() else f"tekstd.{first}"


def host_function(name: str) -> HostFunction:
    """Return the body of an extern, importing its module where it is not loaded; LookupError where there is none."""
    found = _functions.get(name)
    if found is None:
        __import__(host_module(name))
        found = _functions.get(name)
    if found is None:
        raise LookupError(f"no host function {name}")
    return found


def host_functions() -> dict[str, HostFunction]:
    """Return all host functions that are registered by now, by name."""
    return dict(_functions)
