"""How the dues of a plan stand: counted, listed, laid out in a calendar, told in words."""
