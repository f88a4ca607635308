def main(n):
    counts = {}
    seed = 42
    for _ in range(n):
        seed = (seed * 1103515245 + 12345) % 2147483648
        word = f"w{seed % 1000}"
        counts[word] = counts.get(word, 0) + 1
    best = 0
    for _, count in counts.items():
        if count > best:
            best = count
    return best * 10_000 + len(counts)
