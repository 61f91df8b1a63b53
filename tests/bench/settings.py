"""The settings of the tracker, with the yardsticks of the benchmark beside its pages."""

from tracker.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
