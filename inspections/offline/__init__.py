"""What an inspector's device takes along and what it sends back."""
