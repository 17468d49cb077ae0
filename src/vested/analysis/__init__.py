"""Surveys and instruments in, result tables out."""
