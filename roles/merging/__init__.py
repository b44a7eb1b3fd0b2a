"""Making one of two words or two roles, and parting them again."""

from roles.merging.undo import CannotUndo, Undone, undo

__all__ = ["CannotUndo", "Undone", "undo"]
