"""Gives a call a process of its own, with limits."""
