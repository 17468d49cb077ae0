"""Where organisations stand among others: shrunken scores, ranks and bands."""
