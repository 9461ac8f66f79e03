"""Benchmarks of the product against its baselines: `manage.py bench NAME` runs `run(...)` of a module here.

Each makes its own data, prints ratios side by side in one run and returns its figures as plain values.
No test: nothing here is timed by the suite.
"""
