"""What was found: its words, lists, forms and export, and what it adds to a household's story."""
