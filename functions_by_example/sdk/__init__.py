"""What the SDK has: parameters and keys, docstrings, releases."""
