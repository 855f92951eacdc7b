"""One module for each command. Each has `add_arguments(parser)` and `run(args) -> int` and is loaded only when asked for."""
