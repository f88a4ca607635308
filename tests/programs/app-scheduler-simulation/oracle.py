import heapq, collections
ready = collections.deque([(1, 5, [4]), (2, 3, []), (3, 4, [1, 10])]); asleep, waiting, now, out, n = [], {}, 0, [], {"ran": 0, "other": 0, "ended": 0}
order = []
def count(k):
    if k not in order: order.append(k)
    n[k] += 1
while ready or asleep:
    while asleep and asleep[0][0] <= now:
        _, i = heapq.heappop(asleep); ready.append(waiting.pop(i))
    if not ready:
        t = asleep[0][0]; out.append("%3d idle until %d" % (now, t)); now = t; count("other"); continue
    i, work, sleeps = ready.popleft(); used = min(2, work); now += used
    out.append("%3d ran %d" % (now, i)); count("ran"); work -= used
    if work == 0: out.append("%3d ended %d" % (now, i)); count("ended")
    elif sleeps:
        heapq.heappush(asleep, (now + sleeps[0], i)); waiting[i] = (i, work, sleeps[1:]); out.append("    %d sleeps until %d" % (i, now + sleeps[0])); count("other")
    else: ready.append((i, work, sleeps))
print("\n".join(out)); print("[" + ", ".join('"%s": %d' % (k, n[k]) for k in order) + "]")
