"""Mistakes that people make, each told from its context and reported in its own words.

Every function here looks at the token that fits nowhere.  If it knows the mistake it reports it, puts the tokens right
where it can, and returns the token to go on with; else it returns None.  They are tried in the order of ``MISTAKES``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.syntax import mistakes_signs as s
from tekc.syntax import mistakes_words as w

if TYPE_CHECKING:
    from collections.abc import Callable

    from tekc.syntax.recovery import Recovery

MISTAKES: tuple[Callable[[Recovery, int], int | None], ...] = (
    s.slash_comment,
    s.unfinished_line,
    w.match_without_value,
    w.lost_arm,
    w.map_in_braces,
    w.import_list,
    s.chained_comparison,
    s.comma_between_arms,
    w.catch_without_name,
    w.else_arm,
    w.plain_string_only,
    s.increment,
    s.question_mark,
    s.tuple_index,
    s.colon_for_block,
    w.missing_let,
    w.missing_colon,
    w.lower_case_type,
    w.angle_brackets,
    s.wrong_sign,
    w.braces_for_fields,
    w.wrong_case,
    w.foreign_declaration,
    w.nested_declaration,
    w.foreign_statement,
    w.keyword_as_name,
    w.misspelled_clause,
    w.missing_body,
    w.top_level_statement,
)
