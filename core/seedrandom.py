"""The random numbers of seedrandom 2.4 in its ARC4 form, which TensorFlow Playground draws everything from."""

from __future__ import annotations

from math import log, sqrt

WIDTH = 256
DROPPED = 256  # bytes of output thrown away after the key schedule
START_BYTES = 6
ENOUGH, TOO_MUCH = 2.0**52, 2.0**53


class SeedRandom:
    """Math.random() after Math.seedrandom(seed): doubles from 0 to below 1 with 52 bits, always the same for a seed."""

    def __init__(self, seed: str) -> None:
        key = self._key(seed)
        self._state = list(range(WIDTH))
        self._i = self._j = 0
        j = 0
        for i in range(WIDTH):
            j = (j + key[i % len(key)] + self._state[i]) % WIDTH
            self._state[i], self._state[j] = self._state[j], self._state[i]
        self._bytes(DROPPED)

    @staticmethod
    def _key(seed: str) -> list[int]:
        key: list[int] = []
        smear = 0
        for place, character in enumerate(seed):
            if place < WIDTH:
                key.append((smear + ord(character)) % WIDTH)
            else:
                smear ^= key[place % WIDTH] * 19
                key[place % WIDTH] = (smear + ord(character)) % WIDTH
        return key or [0]

    def _bytes(self, count: int) -> int:
        """The next bytes as one number, the first one highest."""
        number, state = 0, self._state
        for _ in range(count):
            self._i = (self._i + 1) % WIDTH
            here = state[self._i]
            self._j = (self._j + here) % WIDTH
            state[self._i], state[self._j] = state[self._j], here
            number = number * WIDTH + state[(state[self._i] + here) % WIDTH]
        return number

    def random(self) -> float:
        n, d, x = float(self._bytes(START_BYTES)), float(WIDTH**START_BYTES), 0
        while n < ENOUGH:
            n, d, x = (n + x) * WIDTH, d * WIDTH, self._bytes(1)
        while n >= TOO_MUCH:
            n, d, x = n / 2, d / 2, x >> 1
        return (n + x) / d

    def uniform(self, low: float, high: float) -> float:
        return low + (high - low) * self.random()

    def normal(self, mean: float, variance: float) -> float:
        """Marsaglia's polar method, the second number of each pair unused."""
        while True:
            first, second = 2 * self.random() - 1, 2 * self.random() - 1
            size = first * first + second * second
            if size <= 1:
                return mean + sqrt(variance) * sqrt(-2 * log(size) / size) * first
