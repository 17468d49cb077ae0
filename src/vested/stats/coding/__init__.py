"""Coded interviews: do coders agree, is enough heard, and what does it say of an organisation."""
