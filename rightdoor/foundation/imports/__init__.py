"""Spreadsheets that come in: read, mapped, looked through whole, taken or not, undone."""
