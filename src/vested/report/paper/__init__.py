"""Tables as papers print them, for LaTeX and for Markdown."""
