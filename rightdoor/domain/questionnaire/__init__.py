"""One engine for every instrument: screenings, self-assessments, surveys, feedback, training.

An instrument is data and never logic: a tree of items with stable ids, answer sets, conditions and one of eight ways of
scoring. There is no expression language. Nothing here reads a file or a clock.

    instrument   the frozen dataclasses: Instrument, Item, AnswerSet, Scoring, Terms
    schema       plain data -> Instrument, or everything that is wrong with it, each with place and remedy
    versions     the content hash, the pin of a response, what a new version may not do to an old one
    answers      plain data -> Response; what is asked and what is hidden
    scoring      a response -> Score: positive, negative or indeterminate, by bounds over what is not known
    ladder       stages by topic, and the items that stand before the next one
    survey       many anonymous answers -> means by factor, nothing under five
    fault        what is wrong, where, and how to mend it

Two rules hold everywhere. *Unknown*, *declined* and a blank are never *no*: they leave the result open as soon as they
could change it. And an instrument that may not be passed on holds no text of its items in anything that we ship.
Files are read by `rightdoor.packs.instruments`.
"""
