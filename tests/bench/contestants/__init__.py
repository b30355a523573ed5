"""The contestants: each a process that sets its work up once and does it as often as it is told."""
