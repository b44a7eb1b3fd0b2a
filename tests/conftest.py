"""What all tests share."""

import os

from hypothesis import HealthCheck, settings

# Deadlines measure the machine, not the code; continuous integration tries the same examples every time.
settings.register_profile(
    "catalogue",
    deadline=None,
    max_examples=25,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
settings.load_profile("catalogue")
