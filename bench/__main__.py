"""Every measurement, one after the other: python -m bench."""

from __future__ import annotations

import importlib
from pathlib import Path

for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
    measurement = importlib.import_module(f"bench.{path.stem}")
    if hasattr(measurement, "main"):
        measurement.main()
