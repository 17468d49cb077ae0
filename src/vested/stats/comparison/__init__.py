"""Organisations, groups and waves compared: what differs or goes together by more than chance."""
