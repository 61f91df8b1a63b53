"""The tracker under contention, faults and attack. `make test` runs each in a short form, `make hostile` in a long one."""

import os

# How often each is tried, as a multiple of the short form.
TIMES = int(os.environ.get("HOSTILE", "1"))
