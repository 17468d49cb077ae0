"""Recipes: what a result was made of, and where that is now."""
