"""What waits for whom in inspections and complaints."""
