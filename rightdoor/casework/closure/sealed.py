"""The labels under which this slice seals, and JSON as it is sealed."""

from __future__ import annotations

from rightdoor.casework.closure.models import Closure, Lesson, Recommendation, Review
from rightdoor.foundation.sealing.seals import SealContext


def closure_label(closure: Closure, column: str = "told") -> SealContext:
    """What was said when the case closed ("told"), or why it was opened again ("reopened")."""
    return SealContext("closure_closure", column, closure.code, closure.subject_code, closure.holder_code, "CORE")


def contact_label(closure: Closure) -> SealContext:
    """The last contact with the client, and how to reach the client afterwards."""
    return SealContext("closure_closure", "contact", closure.code, closure.subject_code, closure.holder_code, "ID")


def review_label(review: Review) -> SealContext:
    """What a review says of the case."""
    return SealContext("closure_review", "told", review.code, review.subject_code, review.holder_code, "CORE")


def staff_label(review: Review) -> SealContext:
    """What a review says of the people who do the work."""
    return SealContext("closure_review", "staff", review.code, review.subject_code, review.holder_code, "PERF")


def recommendation_label(one: Recommendation) -> SealContext:
    """What is recommended."""
    return SealContext("closure_recommendation", "told", one.code, one.subject_code, one.holder_code, "CORE")


def lesson_label(lesson: Lesson, column: str = "text") -> SealContext:
    """A lesson is about nobody: its own code is its subject, so that it outlives whoever it was learned from."""
    return SealContext("closure_lesson", column, lesson.code, lesson.code, lesson.holder, "CORE")
