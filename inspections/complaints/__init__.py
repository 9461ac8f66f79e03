"""Complaints: figures, lists, forms and export, and the household's story they bring together."""
