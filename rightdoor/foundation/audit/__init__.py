"""Audit: who did and saw what, when, and on what ground. Written before anything is shown, never changed after.

Words: an *event* is one row; a *verb* names what happened, in the past ("referral.triaged"); a *batch* is a run of
events sealed under one hash and one signature; a *checkpoint* is the short signed text that stands for a batch.

Holds codes, choices and numbers. It will never hold a name, a reason in words, or any other text that a person typed.
"""
