def fold(xs, init, f):
    total = init
    for x in xs:
        total = f(total, x)
    return total


def mapped(xs, f):
    out = []
    for x in xs:
        out.append(f(x))
    return out


def filtered(xs, f):
    out = []
    for x in xs:
        if f(x):
            out.append(x)
    return out


def main(n):
    xs = filtered(mapped(range(n), lambda x: x * 2), lambda x: x % 3 == 0)
    return fold(xs, 0, lambda total, x: (total + x) % 1_000_003)
