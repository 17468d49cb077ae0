"""Norms: how scores are spread over organisations, and where an organisation stands in them."""
