"""The machinery of Functions by Example.

From the ground up, each importing only what stands before it:

sample      what a sample folder holds
process     one call in a process of its own, with a time limit
bindings    what the SDK knows of each binding
worker      messages, events, app: a function app in the real worker library
check       judges any function app
record      what came back, kept in recorded/
verify      a sample held to its levels
page        a sample and its record as a page
reference   the facts of each decorator in the API reference
mkdocs_hook the adapter to MkDocs
new         the beginnings of a sample
__main__    the commands
"""
