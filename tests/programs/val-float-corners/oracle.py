import math

print("[inf, -inf, inf]")
print("nan"); print("false"); print("false"); print("-0.0"); print("true")
print([0.1 + 0.2, 1e16, 1e15, 123456789012345680.0, 1e-5, 0.0001, 5e-324, 1.7976931348623157e308])
print([2.0, 2.50, 1e100, 1e22, 1e21])
print([float(round(2.5)), float(round(3.5)), -float(round(2.5)), round(2.675, 2), round(1234.5, -2)])
print([1.0, -1.0, 2.0, -1.0, -1.5, 1.5])
print("[-inf, -0.0, 1.0, 3.0, inf, nan]")
print("Some(1.0)")
print("Some(nan)")
print(2)
t = 0.0
for _ in range(10): t += 0.1
print(t)
print(0.5); print(2.0 ** 0.5); print("nan")
print(7.5 % 2.0); print(-7.5 % 2.0); print(-7.5 // 2.0); print("true")
print(4.0); print(2 * math.pi); print([1.0, 2.5, 3.0]); print(1.0); print("inf"); print(6)
