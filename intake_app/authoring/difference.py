"""`Difference`: one thing that changed between two versions of a questionnaire."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What changed, in words for an author, and what that does to drafts of the older version.

    `about` is the path of a node (the newer one, where there is one), `list NAME`, or `form`;
    `code` is a short fixed word for tests and programs. `drafts` is blank where drafts notice
    nothing. `weighty`: to be looked at twice, because it decides who may read an answer, or
    because answers are set apart.
    """

    code: str
    about: str
    change: str
    drafts: str = ""
    weighty: bool = False
