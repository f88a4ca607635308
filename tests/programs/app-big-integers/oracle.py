import math
print(math.factorial(60)); print(2**512)
a, b = 0, 1
for _ in range(300): a, b = b, a + b
print(a); print(0); print(123456789012345678 * 987654321098765432); print(1)
