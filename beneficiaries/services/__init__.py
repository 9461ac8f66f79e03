"""Telecom services of households: what operators report and ask, checked against the register."""
