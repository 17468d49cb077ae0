"""Coded interviews understood: which code is which measure, which source speaks of which unit."""
