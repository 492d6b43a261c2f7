"""The machinery of Functions by Example.

From the ground up, each importing only what stands before it:

sample      what a sample folder holds
process     one call in a process of its own, with a time limit
parameters  which parameter of a decorator stands behind which key
bindings    the function.json keys that the SDK knows
worker      messages, events, app: a function app in the real worker library
check       judges any function app
legacy      an app of the older model in its own worker library
record      what came back, kept in recorded/
elsewhere   every sample in whatever SDK and Python runs it
versions    which SDK and Python the samples have been run with
releases    the SDK's releases, and what follows from them
wheels      the SDK's wheels, fetched and read, not imported
history     the SDK's history on the pages
verify      a sample held to its levels
models      the older model beside the decorators, run and recorded
matrix      what annotations accept and outputs send, run and recorded
blocking    what sync and async functions wait for, measured and recorded
shown       a sample with its records
markup      code, events and results as HTML
tables      a Markdown extension: cells that know their column
new         the beginnings of a sample
downloads   the zip of a sample
editable    a sample as the editor in the browser takes it
page        a sample and its record as a page
names       what pages speak of and link to exists
playground  samples that a reader runs and edits in the browser
facets      what the gallery is filtered by
cases       small apps of docs/learn, and what became of them
expressions what resolves where, decorator by decorator
learn       the recorded matrices and measurements as tables
former      decorators and parameters, then and today
fix         broken apps, what is said of them, and their remedies
preview     the preview of March 2022 and today: run, compared, recorded
then_now    the preview and today side by side, as parts of a page
migrate     old names in an app's code to today's
docstrings  what the SDK's docstrings say and lack, and our words for it
entry       an entry of the API reference as HTML
reference   the entries, with the samples that use each name
about       what the repository says of itself
moving      both models, and the versions, as their pages show them
addresses   the published addresses, which never die
llms        the site's text in one file
search      what the site's own search finds first
policy      what a page may load and run
mkdocs_hook the adapter to MkDocs
__main__    the commands
"""
