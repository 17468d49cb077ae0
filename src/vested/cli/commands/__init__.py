"""The commands, one file each; `app.py` has them in one place."""
