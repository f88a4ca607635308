class Body:
    __slots__ = ("mass", "vx", "vy", "vz", "x", "y", "z")

    def __init__(self, x, y, z, vx, vy, vz, mass):
        self.x, self.y, self.z, self.vx, self.vy, self.vz, self.mass = x, y, z, vx, vy, vz, mass


def advance(out, dt):
    n = len(out)
    for i in range(n):
        for j in range(i + 1, n):
            dx = out[i].x - out[j].x
            dy = out[i].y - out[j].y
            dz = out[i].z - out[j].z
            distance = (dx * dx + dy * dy + dz * dz) ** 0.5
            mag = dt / (distance * distance * distance)
            mi = out[i].mass * mag
            mj = out[j].mass * mag
            out[i].vx -= dx * mj
            out[i].vy -= dy * mj
            out[i].vz -= dz * mj
            out[j].vx += dx * mi
            out[j].vy += dy * mi
            out[j].vz += dz * mi
    for i in range(n):
        out[i].x += dt * out[i].vx
        out[i].y += dt * out[i].vy
        out[i].z += dt * out[i].vz
    return out


def main(n):
    bodies = [
        Body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 39.47),
        Body(4.84, -1.16, -0.10, 0.6, 2.8, -0.02, 0.037),
        Body(8.34, 4.12, -0.4, -1.01, 1.8, 0.008, 0.011),
        Body(12.89, -15.11, -0.22, 1.08, 0.86, -0.01, 0.0017),
        Body(15.37, -25.9, 0.17, 0.97, 0.59, -0.03, 0.002),
    ]
    for _ in range(n):
        bodies = advance(bodies, 0.01)
    return int(bodies[0].x * 1e9)
