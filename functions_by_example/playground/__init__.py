"""Samples that a reader runs and edits in the browser.

`build` makes what the browser downloads; `engine` runs there, inside Pyodide,
on the same modules that the tests use.
"""
