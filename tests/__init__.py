"""The tests: one folder for each part, and `test_architecture.py` for the rules between them."""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported: results are then equal to the last bit
