"""People in a room: convening, invitations, attendance, absence, calendar feed. A case's turn in it is a staffing.

Has no free-text column on purpose: nothing about a client can be written down on this side of the wall.
"""
