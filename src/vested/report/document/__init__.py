"""What a report says, in the language of its readers: texts, tables and charts in their order."""
