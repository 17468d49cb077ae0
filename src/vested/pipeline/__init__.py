"""What works on whole folders of results: verifying them."""
