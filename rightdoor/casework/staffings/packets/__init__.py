"""Packets: one case, one named person without an account, a link and spoken words, a window. (MTG-7)

What a packet holds is frozen and sealed when it is made, so that nothing else has to open for a stranger. It opens only
while its ground holds and while whoever made it could still make it.
"""
