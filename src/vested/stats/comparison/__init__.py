"""Comparisons: organisations, groups and waves, and how far a conclusion rests on choices."""
