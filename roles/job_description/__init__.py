"""A job description made from a role: picked statements, what somebody types, and HR's standing text.

Nothing of it is kept: it is put together anew for each request.
"""

from roles.job_description.assembly import for_job_description, job_description, offer
from roles.job_description.choice import Choice
from roles.job_description.parts import Entry, Fact, JobDescription, Section, Wording
from roles.job_description.word import word_file

__all__ = [
    "Choice",
    "Entry",
    "Fact",
    "JobDescription",
    "Section",
    "Wording",
    "for_job_description",
    "job_description",
    "offer",
    "word_file",
]
