"""The doors of inspections and complaints: the only functions that change a state."""
