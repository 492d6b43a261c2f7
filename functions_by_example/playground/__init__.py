"""Samples that a reader runs and edits in the browser.

`build` makes what the browser downloads, with `bundle` and `library`; the
modules in `browser` run there, inside Pyodide, on the same modules that the
tests use.
"""
