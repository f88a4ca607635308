"""One mistake gives one error: what is wrong already is not reported for its effects, too."""

from __future__ import annotations

import pytest

from tests.check_effects.programs import check

LINES = [
    "print(fs.read_text())", "print(fs.read_text(1))", "print(fs.read_text(undefined))", 'print(fs.read_text("a", "b"))',
    'print(fs.read_text(pth: "a"))', 'fs.write_text("a")', "let x: Path = 3\n    print(fs.read_text(x))", 'print(fs.raed_text("a"))',
    'let n = "a"\n    print(fs.read_text(n))', 'for n in ["a", "b"] {\n        print(fs.read_text(n))\n    }', '$"{undefined} x".run()',
    "print(undefined(fs.read_text))", 'xs.each(fn(x) => fs.write_text("a", "x"))', 'let r = R(fn() => undefined("x"))',
]  # fmt: skip


@pytest.mark.parametrize("needs", ["", " needs none", ' needs fs.read("c")'])
@pytest.mark.parametrize("line", LINES)
def test_a_mistake_in_a_call_is_one_error(line: str, needs: str) -> None:
    found = check(f"import fs\nrecord R(f: fn() -> Unit)\ntask main(){needs} {{\n    {line}\n}}\n")
    errors = [p.code for p in found.problems if p.severity == "error"]
    assert len(errors) == 1, found.text()
    assert errors[0] < "TEK0300", found.text()


def test_a_broken_clause_is_the_only_error_of_its_task() -> None:
    found = check('import fs\ntask main() needs fs.raed("x") {\n    print(fs.read_text("x"))\n    only fs.wriet("y") {\n        fs.make_dir("y")\n    }\n}\n')
    assert found.codes == ["TEK0320", "TEK0320"]


def test_an_effect_elsewhere_is_reported_beside_a_type_error() -> None:
    found = check('import fs\ntask main() needs none {\n    fs.make_dir("y")\n    print(1 + "a")\n}\n')
    assert found.codes == ["TEK0301", "TEK0206"], found.text()
