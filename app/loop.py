"""The compiled training loop, where it is ready: the process that all training processes are forked from imports this,
so that it is in memory once for all of them."""

from core import executors

if executors.is_ready():
    executors.load()
