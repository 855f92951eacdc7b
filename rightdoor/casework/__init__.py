"""One client's path, from the first report. Everything here may identify a person."""
