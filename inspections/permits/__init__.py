"""Who may take which step of inspections and complaints, one module a subject."""
