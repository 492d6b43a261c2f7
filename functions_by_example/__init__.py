"""The machinery of Functions by Example.

A folder for each verb, from the ground up; each imports only what comes before
it, and nothing imports `site`:

protocol    the messages that host and worker exchange
sample      reads a sample folder and its record
host        what the host does: from an event file to what it sends
worker      runs a function app in Microsoft's worker library
sdk         what the SDK has: parameters, docstrings, releases
check       judges a function app
migrate     rewrites old names to today's
processes   gives a call or an app a process of its own
playground  the same in the browser
trials      runs, compares and records
site        shows
__main__    the commands
"""
