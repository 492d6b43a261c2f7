"""Judges a function app: what keeps it from loading, and what fails later.

`judging.judge` needs no processes of its own and runs in the browser too;
`processes.check` gives each app one.
"""
