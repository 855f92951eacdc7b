"""Investigations and prosecutions, victims' rights, legal relief: each with its dates. It tracks; it gives no advice.

Words: a *proceeding* is an investigation or a prosecution; *alleged offender* is somebody of whom a proceeding says so,
an allegation and no more; a *court date* is known to some by its kind and day alone; a *right* is something owed to the
victim in a proceeding; *relief* is something the law may grant the client, with the steps that the state's pack names.

It will never hold the words of an investigation, compute a date that a paper prints, or let an alleged offender leave
the house in a list, a search or an export.
"""
