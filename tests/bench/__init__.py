"""The bench: how fast core is beside what people write and use, timed together. `python -m tests.bench`."""
