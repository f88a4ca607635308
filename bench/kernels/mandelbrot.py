def main(n):
    inside = 0
    for y in range(n):
        for x in range(n):
            cr = 2.0 * float(x) / float(n) - 1.5
            ci = 2.0 * float(y) / float(n) - 1.0
            zr = zi = 0.0
            i = 0
            while i < 50 and zr * zr + zi * zi <= 4.0:
                t = zr * zr - zi * zi + cr
                zi = 2.0 * zr * zi + ci
                zr = t
                i += 1
            if i == 50:
                inside += 1
    return inside
