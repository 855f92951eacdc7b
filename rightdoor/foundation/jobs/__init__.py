"""Jobs: work that is done later or again and again. The queue is a table, so putting a job in it is part of the act.

Words: a *job* is a function in a slice's ``jobs.py``, named ``<slice>.<function>``; to *defer* it is to have it done
later; it is *due* when its time has come. Jobs carry codes and numbers, nothing else, and may run twice.

This is the only slice that knows the queue's library.
"""
