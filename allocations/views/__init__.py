"""The pages of rounds, quotas, district lists and proposals."""
