"""Rules of the plan as pure functions: plain days in, plain answers out."""
