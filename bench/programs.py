"""Ordinary programs of any length, the same in Tek and in Python, to measure front ends with.

Each unit is about twenty lines: a record, methods, a loop, a match, a comprehension, calls of the unit before.
"""

from __future__ import annotations

TEK_UNIT = '''
record Item{i}(name: Str, price: Float, count: Int = 1)

fn total{i}(self: Item{i}) -> Float => self.price * self.count.to_float()

fn parse{i}(line: Str) -> Item{i} {{
    match line.split(",") {{
        [name, price] => Item{i}(name.trim(), price.to_float() ?? 0.0)
        [name, price, count] => Item{i}(name, price.to_float() ?? 0.0, count.to_int() ?? 1)
        _ => fail "line {i} is not an item: {{line}}"
    }}
}}

fn summary{i}(lines: List[Str], limit: Float) -> Str {{
    var sum = 0.0
    var counts: Map[Str, Int] = [:]
    for line in lines {{
        let item = parse{i}(line)
        if item.total{i}() > limit {{
            sum += item.total{i}() * {rate}
            counts[item.name, default: 0] += item.count
        }}
    }}
    let names = [name.upper() for (name, n) in counts if n > {previous}]
    "{{names.join(", ")}}: {{sum:.2f}}"
}}
'''

PYTHON_UNIT = '''

@dataclass
class Item{i}:
    name: str
    price: float
    count: int = 1

    def total{i}(self) -> float:
        return self.price * float(self.count)


def parse{i}(line: str) -> Item{i}:
    match line.split(","):
        case [name, price]:
            return Item{i}(name.strip(), float(price))
        case [name, price, count]:
            return Item{i}(name, float(price), int(count))
        case _:
            raise ValueError(f"line {i} is not an item: {{line}}")


def summary{i}(lines: list[str], limit: float) -> str:
    sum = 0.0
    counts: dict[str, int] = {{}}
    for line in lines:
        item = parse{i}(line)
        if item.total{i}() > limit:
            sum += item.total{i}() * {rate}
            counts[item.name] = counts.get(item.name, 0) + item.count
    names = [name.upper() for (name, n) in counts.items() if n > {previous}]
    return f"{{', '.join(names)}}: {{sum:.2f}}"
'''


def tek(lines: int) -> str:
    """Return a Tek program of about ``lines`` lines."""
    return _program(TEK_UNIT, lines, "## Made to be measured.\n") + '\ntask main() {\n    print(summary0(["a,1.5"], 0.0))\n}\n'


def python(lines: int) -> str:
    """Return the same program in Python, of about ``lines`` lines."""
    return _program(PYTHON_UNIT, lines, "from dataclasses import dataclass\n") + '\n\nprint(summary0(["a,1.5"], 0.0))\n'


def _program(unit: str, lines: int, head: str) -> str:
    per_unit = unit.count("\n")
    return head + "".join(unit.format(i=i, rate=1 + i % 7 / 8, previous=i % 3) for i in range(max(1, lines // per_unit)))
