"""A function app inside the real worker library, without a Functions host.

Standard library and the SDK's own packages only: these modules also run in a
browser.
"""
