"""The messages that host and worker exchange."""
