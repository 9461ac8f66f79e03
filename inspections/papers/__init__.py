"""Builders of the official papers of inspections and complaints."""
