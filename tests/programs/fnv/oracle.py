M=(1<<64)-1
def s(x): x&=M; return x-(1<<64) if x>>63 else x
def fnv(d):
    h=0xcbf29ce484222325
    for b in d: h=((h^b)*0x100000001b3)&M
    return s(h)
for t in ["","a","foobar"]: print(f"{t:>6} {fnv(t.encode())}")
st=88172645463325252
def nxt():
    global st
    st^=(st<<13)&M; st^=st>>7; st^=(st<<17)&M; st&=M
    return s(st)
print([nxt(),nxt()])
d={}
for _ in range(1000):
    nxt(); k=1+(st>>1)%6; d[k]=d.get(k,0)+1
print("["+", ".join(f"{k}: {v}" for k,v in sorted(d.items()))+"]")
print(f"{255:08b} {15} {~5} {5&3|8^2}")
