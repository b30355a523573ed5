"""The tests: one folder for each part, and `test_architecture.py` for the rules between them."""
