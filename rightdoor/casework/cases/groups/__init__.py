"""Several children found together: each with a record of their own, tied for their coordinator alone. (CASE-1)"""
