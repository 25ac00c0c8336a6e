"""Code lists that one can search in any language, and what an answer keeps of them."""

from intake_app.reference.codelist import CodeList, Entry, Hit
from intake_app.reference.library import Library

__all__ = ["CodeList", "Entry", "Hit", "Library"]
