"""Pure decisions on one act: who may, what leaves when, what a text says. No I/O; time is passed in."""
