def solve(n, p=()):
    if len(p) == n: return [p]
    return [s for c in range(n) if all(c != q and abs(c - q) != len(p) - r for r, q in enumerate(p)) for s in solve(n, p + (c,))]
for n in range(1, 8): print(f"{n}: {len(solve(n))}")
for c in solve(6)[0]: print("." * c + "Q" + "." * (5 - c))
