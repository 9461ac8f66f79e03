"""The doors of services: operators' updates, the year's change, levels."""
