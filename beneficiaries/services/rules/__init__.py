"""Rules of telecom services as pure functions over plain values; no database, no Django."""
