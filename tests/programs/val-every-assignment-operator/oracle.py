a = 100
a += 5; a -= 1; a *= 3; a //= 5; a %= 40; a **= 2; a &= 0xff; a |= 0x100; a ^= 0x11; a <<= 3; a >>= 1
print(a)
print(15 << 1)
w = (2**63 - 1 + 2 - 1) * 3 % 2**64
print(w - 2**64 if w >= 2**63 else w)
print(6.25)
print("ab [1, 2] 2.5s")
print('Box(n: 2, xs: [16, 14], m: ["k": 3, "new": 11])')
