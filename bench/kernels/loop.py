def main(n):
    total = 0
    for i in range(n):
        total = (total + i * 3) % 1_000_003
    return total
