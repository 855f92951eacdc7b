"""Reports: the public form, the call page, and the hops of the reporting line. No wrong door: moved, never refused.

A report is what somebody told; it stands sealed under its own code. What it sets in motion stands clear: hops with an
owner, a time and an outcome (`flow.py`, from the pack's reporting line). `disclosure.py` is the one door to what was
told; who reported is shown to the child welfare and police desks only. A report becomes a referral one slice up.

Start with `flow.py`, then `actions.py`.
"""
