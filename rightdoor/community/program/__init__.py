"""Community action as projects by phases: what is done, the evidence, the plan, the outcome. (PROG-7)

About the work and never about a client: words stand in clear and nobody is named. Nothing written is overwritten.
"""
