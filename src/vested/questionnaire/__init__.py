"""Questionnaires out: an instrument as a file that a survey tool imports."""
