"""The Message Center in a browser: pages that show a terminal, each with a process of its own, behind one door.

door.py      who is let in: a secret in the address, a cookie after it, and from where
page.py      the process behind one page, and what is said to it
server.py    the way from a browser's request to its page
assets/      the page itself; the terminal on it (xterm.js) is textual-serve's

Of textual-serve only that is used: its server lets everybody in, runs its command by a shell, writes to standard output
and waits for ever for a process that does not end; its page asks a stranger's server for the font.
"""
