"""Walls in a PostgreSQL database: each login reads and writes what is its own, whatever program it comes with.

The center judges every act; behind it the server itself keeps apart who signs in with a role of their own (S4): staff
by row-level security, a notifier by columns too, a portal by views and gates besides. The owner of the tables passes
every wall: migrations, and the administrator who puts them up. A store without walls works as if there were none.
"""
