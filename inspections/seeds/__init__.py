"""Packaged data of inspections."""
