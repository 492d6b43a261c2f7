"""Runs apps, compares what comes back with the record, and rewrites it."""
