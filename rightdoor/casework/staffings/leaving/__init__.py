"""What a person who leaves has open, and handing it to a colleague. Codes only: nothing sealed is opened. (TEAM-6)

Whoever looks after accounts sees no case, so the rows are asked for as the person who leaves; what comes back are codes
and counts. Called inside the act that ends the account.
"""
