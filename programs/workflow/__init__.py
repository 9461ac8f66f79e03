"""The doors of the plan: nothing else changes its state."""
