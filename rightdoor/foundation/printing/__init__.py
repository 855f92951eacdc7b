"""Printed documents: a typst file reads a frozen context as JSON and becomes a tagged, accessible PDF.

The only module that knows the engine. Nothing that a person typed is ever part of a template's text.
"""
