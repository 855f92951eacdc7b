"""A year of invented work, made through the same acts as real work, so that everybody can try everything.

inventions.py   children, people, places and sentences: all made up, none of it anybody's
schedule.py     the plan of the year: what happens to each referral, from a fixed seed (no database)
people.py       agencies, accounts, rooms and teams
year.py         plays the plan through the acts, in the order of time
fill.py         spreads the regions over processes, shows progress, keeps the list of what was invented
"""
