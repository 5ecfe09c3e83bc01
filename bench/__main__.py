"""Every measurement, one after the other: python -m bench; or some of them: python -m bench store claiming."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
    if sys.argv[1:] and path.stem not in sys.argv[1:]:
        continue
    measurement = importlib.import_module(f"bench.{path.stem}")
    if hasattr(measurement, "main"):
        measurement.main()
