"""The pages of inspections and complaints."""
