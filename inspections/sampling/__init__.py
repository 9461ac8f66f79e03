"""The sample of a round: its frame, drawing and estimates, and what people fill in and see of them."""
