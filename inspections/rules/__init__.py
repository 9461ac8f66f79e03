"""The pure rules of inspections: drawing, estimating, what an answer opens, clocks."""
