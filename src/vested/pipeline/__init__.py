"""Whole jobs made of the steps below: many clients in one go, and results made again to verify them."""
