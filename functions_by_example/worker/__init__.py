"""A function app inside the real worker library, without a Functions host.

Standard library and the SDK's own packages only: these modules also run in a
browser.
"""

# Of the machine's own environment, only what an operating system needs: what
# an app's process starts with (`process.py`), and what is left of it where an
# app is entered (`worker.app.enter`).
KEPT_VARIABLES = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "HOME")
