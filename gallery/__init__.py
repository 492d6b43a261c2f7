"""The machinery of Functions by Example.

From the ground up: `sample` and `process`, then `worker` (messages, events,
app), then `check`, `record`, `verify`, `page`, `reference`, and `__main__` on
top. A module imports only from those before it.
"""
