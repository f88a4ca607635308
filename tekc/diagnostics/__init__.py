"""Problems, and how they are shown."""

from tekc.diagnostics.problem import CATALOGUE, Edit, Help, Label, Problem, Report, Severity, problem

__all__ = ["CATALOGUE", "Edit", "Help", "Label", "Problem", "Report", "Severity", "problem"]
