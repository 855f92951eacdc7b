"""The rules are asked the same examples every time, however busy the machine is."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],  # that is the machine's load
)
settings.load_profile("steady")
