def build(depth):
    return None if depth == 0 else (build(depth - 1), build(depth - 1))


def count(t):
    if t is None:
        return 1
    left, right = t
    return count(left) + count(right) + 1


def main(n):
    return count(build(n))
