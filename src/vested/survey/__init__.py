"""One pass over the respondents: columns understood, answers looked up, all reduced to sums."""
