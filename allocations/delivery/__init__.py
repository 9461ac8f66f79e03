"""From the supplier's box to the phone in hand: rules, files and counts; no state changes here."""
