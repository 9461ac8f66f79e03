"""Builders of the plan's official papers; documents/ renders them as .docx and PDF."""
