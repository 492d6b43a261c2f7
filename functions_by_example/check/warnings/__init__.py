"""What loads, and fails later: a module for each kind of check of one
function. `warning.py` registers them."""
