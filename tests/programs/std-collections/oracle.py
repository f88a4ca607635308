import collections
print(5); print("Some(1)"); print([1, 1, 3, 4, 5]); print("None")
print('Some(Job(priority: 1, name: "a"))'); print("2 3"); print("Some(2)")
print("[Some(2), Some(5), Some(7), Some(9), None]"); print("Some(2)")
print(3); print('[Some("z"), Some("b"), Some("a"), None]')
d, total = collections.deque(), 0
for i in range(1000):
    d.append(i)
    if i % 3 == 0:
        total += d.popleft() if d else 0
        total += d.pop() if d else 0
print(total, len(d))
