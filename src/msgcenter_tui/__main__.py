"""`python -m msgcenter_tui` is `msgcenter`."""

from __future__ import annotations

import sys

from msgcenter_tui.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
