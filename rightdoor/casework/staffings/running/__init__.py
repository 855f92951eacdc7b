"""Several cases at one meeting: who is let in for which, in which order they are taken. (MTG-1; SR-06)"""
