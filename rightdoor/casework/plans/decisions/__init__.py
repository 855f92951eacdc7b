"""Shared decisions: options laid open, and what the client wants."""
