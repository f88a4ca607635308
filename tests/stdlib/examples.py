"""The examples in the library's documentation as one Tek program of tests.

An example is a line ``expression`` is ``value``, or ``expression`` fails with ``kind``, both in backquotes.
"""

from __future__ import annotations

import re

from tests.stdlib.helpers import LIBRARY, functions, module, qualified

_EXAMPLE = re.compile(r"^`(.+)` is `(.+)`$")
_FAILING = re.compile(r"^`(.+)` fails with `(\w+)`$")


def example_tests() -> list[tuple[str, str]]:
    """Return the source of a test for each example, with the module that it documents."""
    found = []
    for stem, fn in functions():
        for line in (fn.doc or "").splitlines():
            name = qualified(stem, fn)
            if good := _EXAMPLE.match(line.strip()):
                found.append((stem, f'test "{name}" {{\n    assert {good[1]} == {good[2]}\n}}\n'))
            elif bad := _FAILING.match(line.strip()):
                found.append((stem, f'test "{name} fails" {{\n    let result = try {{ let x: Int = {bad[1]}\n x }}\n    assert result.err().unwrap().kind == "{bad[2]}"\n}}\n'))
    return found


def example_program(stems: frozenset[str]) -> str:
    """Return one program of the examples of these modules."""
    tests = [text for stem, text in example_tests() if stem in stems]
    used = "\n".join(tests)
    names = [path.stem for path in sorted(LIBRARY.glob("*.tek")) if not path.stem.startswith("prelude")]
    imports = "".join(f"import {name}\n" for name in names if re.search(rf"\b{name}\.", used))
    return imports + "\n" + used


def without_example() -> list[str]:
    """Return the public functions of the library that return something and show no example."""
    documented = {text.split('"')[1].removesuffix(" fails") for _, text in example_tests()}
    return [qualified(stem, fn) for stem, fn in functions() if fn.pub and fn.result and not fn.needs and qualified(stem, fn) not in documented]


def modules_of_the_library() -> list[str]:
    """Return the names of all modules of the library."""
    return [path.stem for path in sorted(LIBRARY.glob("*.tek")) if module(path)]
