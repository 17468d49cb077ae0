"""Whole jobs made of the steps below: many clients in one go, results made again."""
