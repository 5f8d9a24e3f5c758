"""Limits of what a process may spend."""

from __future__ import annotations

import math
import time

__all__ = ["limit_cpu"]


def limit_cpu(seconds: float) -> None:
    """End this process once it has worked so long from now on, where the system can."""
    try:
        import resource
    except ImportError:  # the parent's watch remains
        return
    soft = math.ceil(time.process_time() + seconds)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if hard == resource.RLIM_INFINITY or hard >= soft:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
