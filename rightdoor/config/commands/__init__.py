"""One module for each command: `add_arguments(parser)` and `run(args) -> int`, loaded only when asked for."""
