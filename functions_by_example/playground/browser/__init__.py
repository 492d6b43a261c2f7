"""The part of the playground that runs in the browser's Python."""
