def smaller(a, b):
    return a if a < b else b


def distance(a, b):
    row = list(range(len(b) + 1))
    for i in range(1, len(a) + 1):
        diagonal = row[0]
        row[0] = i
        for j in range(1, len(b) + 1):
            above = row[j]
            cost = 0 if a[i - 1] == b[j - 1] else 1
            row[j] = smaller(smaller(row[j] + 1, row[j - 1] + 1), diagonal + cost)
            diagonal = above
    return row[len(b)]


def main(n):
    a = b = ""
    for i in range(n):
        a += chr(97 + i * 7 % 26)
        b += chr(97 + i * 11 % 26)
    return distance(a, b)
