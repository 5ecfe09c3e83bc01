"""The demonstration: a practice made up from nothing, its mail caught on this machine, and the Message Center on it.

prepare()    makes it, or finds it as it was left
run()        opens the Message Center on it
"""

from msgcenter_tui.demo.place import DemoPlace, default_folder
from msgcenter_tui.demo.preparing import prepare
from msgcenter_tui.demo.running import run

__all__ = ["DemoPlace", "default_folder", "prepare", "run"]
