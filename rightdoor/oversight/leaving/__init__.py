"""A person leaves: every way in ends in the same minute, and what they had open goes to a colleague. (TEAM-6)

What the person wrote stays, with their name. Drafts stay sealed under a key that nobody signs in with any more.
"""
