"""May this person do this, to this row, now?"""
