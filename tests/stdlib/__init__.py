"""Tests of the standard library."""
