"""The pages of plans, dues, and reference data: one module a subject."""
