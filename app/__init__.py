"""The web server, the training processes and the command line; everything that learns is in core."""

import os

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Every run is a process of its own, and its matrices are small: threads inside it would only be in the way."""

os.environ.update(ONE_THREAD)  # NumPy reads them when it is first imported
