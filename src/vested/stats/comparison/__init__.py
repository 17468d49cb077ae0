"""Comparisons of organisations, groups and waves."""
