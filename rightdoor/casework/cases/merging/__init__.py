"""Two entries that are one child: kept together with an undo. Nothing moves from one record to the other. (INT-7)"""
