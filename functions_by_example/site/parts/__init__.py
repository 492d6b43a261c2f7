"""The parts of pages, for `<!-- gallery: NAME ... -->`."""
