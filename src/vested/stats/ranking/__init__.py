"""Who is ahead: shrunken means, sets of ranks, bands, and how far ranks hang on choices."""
