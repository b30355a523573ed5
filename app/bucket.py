"""Bucket: an allowance that fills up at a steady rate."""

from time import monotonic


class Bucket:
    """take() is False when it is used up."""

    def __init__(self, per_second: float, size: float) -> None:
        self.per_second, self.size = per_second, size
        self.left, self.filled_at = size, monotonic()

    def take(self) -> bool:
        now = monotonic()
        self.left = min(self.size, self.left + (now - self.filled_at) * self.per_second)
        self.filled_at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True
