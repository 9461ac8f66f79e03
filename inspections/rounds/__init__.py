"""Rounds, their checklists, and what people fill in and see of them."""
