"""The compiled training loop, where it is ready: the process that all training processes are forked from imports this
last, so that it is in memory once for all of them. So it stays: nothing that is there by then is looked through for
garbage, which would take each of them time, and a copy of its own."""

import gc

from core import executors

if executors.is_ready():
    executors.load()
gc.freeze()
