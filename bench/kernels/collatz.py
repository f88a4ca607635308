def main(n):
    best = best_start = 0
    for start in range(1, n):
        x = start
        length = 1
        while x != 1:
            if x % 2 == 0:
                x = x // 2
            else:
                x = 3 * x + 1
            length += 1
        if length > best:
            best = length
            best_start = start
    return best_start * 1000 + best
