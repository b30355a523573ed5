"""Load: how many a server bears, what it does when there are too many, and how it comes back when parts of it die."""
