"""A new plan on its way: read from a document or copied, corrected, saved as a draft."""
