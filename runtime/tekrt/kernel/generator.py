"""Random numbers that a seed makes repeatable: the same on every system and in every version.

The generator is xoshiro256** by Blackman and Vigna; its four words of state come from SplitMix64 of the seed.  Whole numbers in
a range come from the high half of a product, with rejection, so that each is equally likely.
"""

from __future__ import annotations

MASK = (1 << 64) - 1


def split_mix(state: int) -> tuple[int, int]:
    """Return the next state and output of SplitMix64."""
    state = (state + 0x9E3779B97F4A7C15) & MASK
    z = state
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return state, z ^ (z >> 31)


class Generator:
    """A xoshiro256** generator.  ``seeded`` tells whether it repeats, because a script gave the seed."""

    __slots__ = ("a", "b", "c", "d", "seeded")

    def __init__(self, seed: int, seeded: bool = True) -> None:
        state = seed & MASK
        state, self.a = split_mix(state)
        state, self.b = split_mix(state)
        state, self.c = split_mix(state)
        state, self.d = split_mix(state)
        self.seeded = seeded

    def next(self) -> int:
        """Return the next 64 bits."""
        b = self.b
        result = b * 5 & MASK
        result = ((result << 7 | result >> 57) & MASK) * 9 & MASK
        c = self.c ^ self.a
        d = self.d ^ b
        self.b = b ^ c
        self.a ^= d
        self.c = c ^ (b << 17 & MASK)
        self.d = (d << 45 | d >> 19) & MASK
        return result

    def float(self) -> float:
        """Return a number from 0 to below 1, a multiple of 2^-53."""
        return (self.next() >> 11) * 1.1102230246251565e-16

    def below(self, count: int) -> int:
        """Return a number from 0 to below ``count`` (1 to 2^64), each equally likely."""
        product = self.next() * count
        if (low := product & MASK) < count:
            floor = ((1 << 64) - count) % count
            while low < floor:
                product = self.next() * count
                low = product & MASK
        return product >> 64

    def bytes(self, count: int) -> bytes:
        """Return so many bytes."""
        words = [self.next().to_bytes(8, "little") for _ in range((count + 7) // 8)]
        return b"".join(words)[:count]

    def split(self) -> Generator:
        """Return a generator of its own for a task that is called; it repeats when this one does."""
        return Generator(self.next(), self.seeded)
