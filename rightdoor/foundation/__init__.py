"""Machinery with no opinion about the field: accounts, access, audit, sealing, pages, jobs."""
