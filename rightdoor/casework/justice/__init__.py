"""Investigations, prosecutions and legal relief, with their dates. It tracks; it gives no advice."""
