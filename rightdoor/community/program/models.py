"""Projects, what is written on each of their phases, and the way they went."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from rightdoor.foundation.codes import new_code


class Project(models.Model):
    """A community project as it stands now. It pins the version of the phases that it began with."""

    code = models.CharField(max_length=9, unique=True, default=new_code)
    region = models.CharField(max_length=60)
    title = models.CharField(max_length=160)
    four_ps = ArrayField(models.CharField(max_length=20))
    about = models.TextField()
    who = models.TextField(blank=True)  # who takes part
    sources = models.TextField(blank=True)  # where the information comes from
    plan = models.TextField(blank=True)
    outcome = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)  # of the words above
    instrument_key = models.CharField(max_length=80)
    instrument_version = models.CharField(max_length=80)
    instrument_hash = models.CharField(max_length=71)
    phase = models.CharField(max_length=80)  # id of the instrument's item
    state = models.CharField(
        max_length=10, choices=[(x, x) for x in ("running", "ended", "given_up")], default="running"
    )
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=9)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["region", "state"], name="projects_of_a_region")]
        constraints = [
            models.CheckConstraint(name="project_serves_something", condition=~Q(four_ps=[])),
            models.CheckConstraint(
                name="project_over_has_its_moment",
                condition=Q(state="running", ended_at__isnull=True)
                | (Q(state__in=["ended", "given_up"], ended_at__isnull=False)),
            ),
        ]


class ProjectText(models.Model):
    """The words of a project in one version. Never changed: a change is the next one."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="texts")
    version = models.PositiveIntegerField()
    told = models.JSONField()  # title, about, who, sources, plan, outcome, four_ps
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=9)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "version"], name="one_text_a_version")]


class PhaseEntry(models.Model):
    """What is written on a phase: what was done with its evidence, and the note of its gate. Never changed."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="entries")
    phase = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    evidence = models.TextField(blank=True)
    gate = models.TextField(blank=True)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=9)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "phase", "version"], name="one_entry_a_version")]


class ProjectMove(models.Model):
    """A project went on, back, or ended. Never changed."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="moves")
    kind = models.CharField(max_length=10, choices=[(x, x) for x in ("on", "back", "ended", "given_up")])
    from_phase = models.CharField(max_length=80)
    to_phase = models.CharField(max_length=80, blank=True)
    why = models.TextField(blank=True)
    moved_at = models.DateTimeField()
    moved_by = models.CharField(max_length=9)
