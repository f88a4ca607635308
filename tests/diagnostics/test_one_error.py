"""One mistake gives one error, and the fix that is offered for it gives a program without any."""

from __future__ import annotations

import pytest

from tekc.diagnostics.render import ordered
from tests.check.running import check
from tests.check.test_fixes import applied

RIGHT = """\
record Order(name: Str, price: Float, count: Int)

fn total(orders: List[Order]) -> Float {
    var sum = 0.0
    for order in orders {
        if order.count > 0 {
            sum += order.price * order.count.to_float()
        }
    }
    sum
}

fn label(order: Order) -> Str {
    match order.count {
        0 => "none of {order.name}"
        1 => "one {order.name}"
        _ => "{order.count} of {order.name}"
    }
}

task main() {
    let orders = [Order("nail", 0.5, 100), Order("saw", 20.0, 1)]
    print(orders.map(fn(o) => label(o)).join(", "))
    print("{total(orders):.2}")
}
"""

MENDED = (
    ("name: Str", "name Str", "TEK0040"),
    ("orders: List[Order])", "orders List[Order])", "TEK0040"),
    ("(orders: List[Order]) ->", "(orders: List[Order] ->", "TEK0010"),
    ("-> Float {", "-> Float", "TEK0050"),
    ("task main() {", "task main( {", "TEK0010"),
    ("task main() {", "task main()", "TEK0050"),
    ("    var sum", "    sum: Float", "TEK0055"),
    ("var sum = 0.0", "let sum = 0.0", "TEK0210"),
    (" -> Float", "", "TEK0213"),
    (" -> Str", "", "TEK0213"),
    ('0.5, 100)', '0.5 100)', "TEK0040"),
    ('.join(", ")', 'join(", ")', "TEK0040"),
    ("print(orders", "pritn(orders", "TEK0100"),
    ("order.price", "order.prise", "TEK0107"),
    ("name: Str", "name: Srt", "TEK0100"),
    ("order.count.to_float()", "order.count", "TEK0209"),
    ("        _ =>", "        else =>", "TEK0058"),
    ('0 => "none of', '0 -> "none of', "TEK0042"),
    ("order.count > 0", "order.count = 0", "TEK0042"),
    ('label(o)).join(", "))', 'label(o)).join(", ")))', "TEK0011"),
)
ONLY_SAID = (
    ("print(orders.map", "printorders.map", "TEK0011"),
    ('"{total(orders):.2}"', '{total(orders):.2}"', "TEK0040"),
    ('"nail"', '"nail', "TEK0040"),
    ("for order in orders {", "for order in orders", "TEK0040"),
    ("match order.count {", "match order.count", "TEK0040"),
    ('        1 => "one', '        => "one', "TEK0040"),
    ("if order.count > 0 {", "if > 0 {", "TEK0040"),
    ("sum += ", "sum += += ", "TEK0040"),
    ("[Order(", "[Order", "TEK0040"),
    ("fn label(order", "fn label order", "TEK0040"),
)


def _codes(text: str) -> list[str]:
    return [problem.code for problem in ordered(check(text)[1])]


def test_the_program_is_right() -> None:
    assert _codes(RIGHT) == []


@pytest.mark.parametrize(("good", "bad", "code"), MENDED)
def test_one_mistake_is_one_error_and_its_fix_compiles(good: str, bad: str, code: str) -> None:
    assert good in RIGHT
    text = RIGHT.replace(good, bad, 1)
    problems = ordered(check(text)[1])
    assert [problem.code for problem in problems] == [code]
    offered = [advice for advice in problems[0].helps() if advice.edits]
    assert offered
    for advice in offered:
        assert _codes(applied(text, advice.edits)) == [], advice.message


@pytest.mark.parametrize(("good", "bad", "code"), ONLY_SAID)
def test_one_mistake_is_one_error(good: str, bad: str, code: str) -> None:
    assert good in RIGHT
    assert _codes(RIGHT.replace(good, bad, 1)) == [code]


def test_two_mistakes_on_two_lines_are_two_errors() -> None:
    text = RIGHT.replace("print(orders", "pritn(orders", 1).replace("order.price", "order.prise", 1)
    assert _codes(text) == ["TEK0107", "TEK0100"]
    assert _codes(RIGHT.replace("var sum = 0.0", "let mut sum = 0.0").replace("task main()", "task main(x)")) == ["TEK0024", "TEK0073"]
