"""Handing a case on: to another region, to another coordinator of the same one, or sharing it with one. (CASE-13)"""
