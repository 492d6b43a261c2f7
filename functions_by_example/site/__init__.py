"""Shows: the pages of the site."""
