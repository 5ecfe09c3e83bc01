"""The terminal UI: screens and widgets over the center's acts; it knows no store, no SQL and no network."""
