g = [list(l) for l in [".....", "..#..", "...#.", ".###.", "....."]]
for n in range(5):
    print(f"generation {n}, {sum(c == '#' for r in g for c in r)} alive")
    print("\n".join("".join(r) for r in g))
    g = [["#" if (k := sum(g[(y + a) % 5][(x + b) % 5] == "#" for a in (-1, 0, 1) for b in (-1, 0, 1) if a or b)) == 3 or (k == 2 and g[y][x] == "#") else "." for x in range(5)] for y in range(5)]
