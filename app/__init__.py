"""The web server, the training processes and the command line; everything that learns is in core."""
