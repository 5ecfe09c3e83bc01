"""The command line: the second front door to everything the screens can do."""
