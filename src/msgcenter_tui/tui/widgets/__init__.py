"""The widgets: they show what they are given and post events; none knows a service."""
