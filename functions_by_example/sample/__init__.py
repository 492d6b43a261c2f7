"""Reads a sample folder and its record. Nothing of Azure is needed."""
