"""Guests: people with no seat on the region's team. One case, one window, one signed notice. (SR-05)

A guest's standing waits until the guest has signed on the screen: until then it is no need to know, and opens nothing.
"""
