"""How busy the machine is: a figure that was measured beside other work is not worth much, and should say so."""

import os


def load() -> str:
    """As in: 2 processors, load average 3.1 in the last minute."""
    average = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return f"{os.cpu_count()} processors, load average {average} in the last minute"
