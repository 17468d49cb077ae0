"""Organisations, groups and waves held against each other."""
