"""Rightdoor: care coordination for trafficked children. Start reading at docs/tour.md."""
