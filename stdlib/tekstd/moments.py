"""Dates and times of day: ISO 8601 in, strftime out.  Pure, in UTC, by the proleptic Gregorian calendar, without a locale."""

from __future__ import annotations

from tekrt.values.failure import Failure
from tekrt.values.show import civil

SECOND = 1_000_000_000
DAY = 86_400
INT_MIN, INT_MAX = -(1 << 63), (1 << 63) - 1
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Moment:
    """The parts of an instant.  ``weekday`` is 1 for Monday, ``day_of_year`` 1 for January 1st."""

    __slots__ = ("day", "day_of_year", "days", "hour", "minute", "month", "ns", "second", "unix", "weekday", "year")

    def __init__(self, ns: int) -> None:
        self.unix, self.ns = divmod(ns, SECOND)
        self.days, rest = divmod(self.unix, DAY)
        self.year, self.month, self.day = civil(self.days)
        self.hour, self.minute, self.second = rest // 3600, rest // 60 % 60, rest % 60
        self.weekday = (self.days + 3) % 7 + 1
        self.day_of_year = self.days - days_of(self.year, 1, 1) + 1


def days_of(year: int, month: int, day: int) -> int:
    """Return the days from 1970-01-01 to a date; the inverse of ``civil``."""
    shifted = year - (month <= 2)
    era, year_of_era = divmod(shifted, 400)
    day_of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468


def days_in(year: int, month: int) -> int:
    """Return how many days a month has."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def instant_ns(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, ns: int = 0) -> int:
    """Return nanoseconds since 1970.  Fails with ``decode`` where there is no such date or time, or it does not fit 64 bits."""
    if not 1 <= month <= 12:
        raise _no(f"there is no month {month}")
    if not 1 <= day <= days_in(year, month):
        raise _no(f"{MONTHS[month - 1]} {year} has no day {day}")
    if not (0 <= hour < 24 or (hour == 24 and minute == second == ns == 0)):
        raise _no(f"a day has no hour {hour}")
    if not 0 <= minute < 60:
        raise _no(f"an hour has no minute {minute}")
    if not 0 <= second < 60:
        raise _no(f"a minute has no second {second}")
    return in_range((days_of(year, month, day) * DAY + hour * 3600 + minute * 60 + second) * SECOND + ns)


def in_range(ns: int) -> int:
    """Return the nanoseconds if they fit 64 bits, which is from 1677 to 2262; else fail with ``decode``."""
    if not INT_MIN <= ns <= INT_MAX:
        raise _no("an instant lies between the years 1677 and 2262")
    return ns


def _no(why: str) -> Failure:
    return Failure("decode", why)


# ---- reading


class _Reader:
    """A text and a place in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def digits(self) -> int:
        """Return how many digits follow."""
        end = self.at
        while end < len(self.text) and self.text[end] in "0123456789":
            end += 1
        return end - self.at

    def number(self, count: int) -> int:
        """Take a number of so many digits."""
        if self.digits() < count:
            raise _no(f"{count} digits are expected at character {self.at + 1}")
        taken = int(self.text[self.at : self.at + count])
        self.at += count
        return taken

    def take(self, chars: str) -> bool:
        """Take one of the characters, if one is there."""
        if self.at < len(self.text) and self.text[self.at] in chars:
            self.at += 1
            return True
        return False


def parse_instant(text: str) -> int:
    """Return the nanoseconds since 1970 that a text in ISO 8601 names.  Fails with ``decode``."""
    try:
        return _parse(_Reader(text.strip(" ")))
    except Failure as failure:
        shown = text if len(text) <= 60 else text[:60] + "…"
        raise Failure("decode", f'"{shown}" is no date and time in ISO 8601: {failure.message}') from None


def _parse(reader: _Reader) -> int:
    days = _date(reader)
    ns = 0
    offset = 0
    if reader.take("Tt ") and reader.at < len(reader.text):
        ns = _time(reader)
        offset = _offset(reader)
    if reader.at < len(reader.text):
        raise _no(f"nothing is expected from character {reader.at + 1} on")
    return in_range(days * DAY * SECOND + ns - offset * SECOND)


def _date(reader: _Reader) -> int:
    if reader.digits() == 8:
        year, month, day = reader.number(4), reader.number(2), reader.number(2)
    elif reader.digits() == 7:
        return _ordinal(reader.number(4), reader.number(3))
    else:
        year = reader.number(4)
        dash = reader.take("-")
        if reader.take("Ww"):
            return _week(reader, year, dash)
        if dash and reader.digits() == 3:
            return _ordinal(year, reader.number(3))
        if not dash:
            raise _no("a `-` is expected after the year")
        month = reader.number(2)
        if not reader.take("-"):
            raise _no("a `-` and the day are expected after the month")
        day = reader.number(2)
    return instant_ns_days(year, month, day)


def instant_ns_days(year: int, month: int, day: int) -> int:
    """Return the days since 1970 of a date.  Fails with ``decode`` where there is none."""
    if not 1 <= month <= 12:
        raise _no(f"there is no month {month}")
    if not 1 <= day <= days_in(year, month):
        raise _no(f"{MONTHS[month - 1]} {year} has no day {day}")
    return days_of(year, month, day)


def _ordinal(year: int, day: int) -> int:
    if not 1 <= day <= 337 + days_in(year, 2):
        raise _no(f"the year {year} has no day {day}")
    return days_of(year, 1, 1) + day - 1


def _week(reader: _Reader, year: int, dash: bool) -> int:
    week = reader.number(2)
    day = 1
    if dash:
        if reader.take("-"):
            day = reader.number(1)
    elif reader.digits():
        day = reader.number(1)
    first = _first_week(year)
    if not 1 <= week <= (_first_week(year + 1) - first) // 7:
        raise _no(f"the year {year} has no week {week}")
    if not 1 <= day <= 7:
        raise _no(f"a week has no day {day}")
    return first + (week - 1) * 7 + day - 1


def _first_week(year: int) -> int:
    """Return the day on which the ISO year begins: the Monday of the week with January 4th."""
    fourth = days_of(year, 1, 4)
    return fourth - (fourth + 3) % 7


def _time(reader: _Reader) -> int:
    plain = reader.digits() > 2
    hour = reader.number(2)
    minute = second = ns = 0
    if plain or reader.take(":"):
        minute = reader.number(2)
        if (plain and reader.digits()) or (not plain and reader.take(":")):
            second = reader.number(2)
            if reader.take(".,"):
                ns = _fraction(reader)
    leap = second == 60 and minute == 59 and hour == 23
    return instant_ns(1970, 1, 1, hour, minute, 59 if leap else second, ns) + (SECOND if leap else 0)


def _fraction(reader: _Reader) -> int:
    count = reader.digits()
    if not count:
        raise _no(f"digits are expected at character {reader.at + 1}")
    digits = reader.text[reader.at : reader.at + count]
    reader.at += count
    return int((digits + "0" * 9)[:9])


def _offset(reader: _Reader) -> int:
    """Take an offset from UTC; return it in seconds."""
    reader.take(" ")
    if reader.take("Zz"):
        return 0
    sign = 1 if reader.take("+") else -1 if reader.take("-−") else 0
    if not sign:
        return 0
    hours, minutes = reader.number(2), 0
    if reader.take(":") or reader.digits():
        minutes = reader.number(2)
    if hours > 23 or minutes > 59:
        raise _no("an offset is at most 23:59")
    return sign * (hours * 3600 + minutes * 60)


# ---- writing


def strftime(ns: int, fmt: str) -> str:
    """Return an instant by the directives of strftime, in English.  Fails for a directive that does not exist."""
    moment = Moment(ns)
    out: list[str] = []
    at = 0
    while at < len(fmt):
        char = fmt[at]
        at += 1
        if char != "%":
            out.append(char)
            continue
        pad = ""
        while fmt[at : at + 1] and fmt[at] in "-_0^#":
            pad += fmt[at]
            at += 1
        code = fmt[at : at + 1]
        at += 1
        out.append(_padded(_directive(moment, code, fmt), pad))
    return "".join(out)


def _padded(text: str, flags: str) -> str:
    """Apply the flags that GNU and BSD know: ``-`` no padding, ``_`` blanks, ``0`` zeros, ``^`` upper case."""
    for flag in flags:
        if flag == "-":
            text = text.lstrip("0 ") or "0"
        elif flag == "_":
            bare = text.lstrip("0") or "0"
            text = bare.rjust(len(text))
        elif flag == "0":
            text = text.replace(" ", "0")
        else:
            text = text.upper()
    return text


def _directive(m: Moment, code: str, fmt: str) -> str:
    whole = _WHOLE.get(code)
    if whole is not None:
        return strftime(m.unix * SECOND + m.ns, whole)
    number = _number(m, code)
    if number is not None:
        return number
    if code in "aA" and code:
        return DAYS[m.weekday - 1][: 3 if code == "a" else None]
    if code in "bhB" and code:
        return MONTHS[m.month - 1][: 3 if code != "B" else None]
    fixed = {"p": "AM" if m.hour < 12 else "PM", "P": "am" if m.hour < 12 else "pm", "Z": "UTC", "z": "+0000", "%": "%", "n": "\n", "t": "\t"}
    if code in fixed:
        return fixed[code]
    raise Failure("fail", f'there is no directive `%{code}` for a time, in "{fmt}": write `%%` for the character')


_WHOLE = {"F": "%Y-%m-%d", "T": "%H:%M:%S", "D": "%m/%d/%y", "R": "%H:%M", "r": "%I:%M:%S %p", "c": "%a %b %e %H:%M:%S %Y",
          "x": "%m/%d/%y", "X": "%H:%M:%S"}  # fmt: skip


def _number(m: Moment, code: str) -> str | None:
    """Return what a numeric directive gives, or None for others."""
    match code:
        case "Y":
            return f"{m.year:04d}"
        case "C":
            return f"{m.year // 100:02d}"
        case "y":
            return f"{m.year % 100:02d}"
        case "m":
            return f"{m.month:02d}"
        case "d":
            return f"{m.day:02d}"
        case "e":
            return f"{m.day:2d}"
        case "H":
            return f"{m.hour:02d}"
        case "k":
            return f"{m.hour:2d}"
        case "I":
            return f"{(m.hour - 1) % 12 + 1:02d}"
        case "l":
            return f"{(m.hour - 1) % 12 + 1:2d}"
        case "M":
            return f"{m.minute:02d}"
        case "S":
            return f"{m.second:02d}"
        case "f":
            return f"{m.ns // 1000:06d}"
        case "L":
            return f"{m.ns // 1_000_000:03d}"
        case "N":
            return f"{m.ns:09d}"
        case "j":
            return f"{m.day_of_year:03d}"
        case "s":
            return str(m.unix)
        case "u":
            return str(m.weekday)
        case "w":
            return str(m.weekday % 7)
        case "U":
            return f"{(m.day_of_year + 6 - m.weekday % 7) // 7:02d}"
        case "W":
            return f"{(m.day_of_year + 6 - (m.weekday - 1)) // 7:02d}"
        case "V" | "G" | "g":
            return _iso_week(m, code)
    return None


def _iso_week(m: Moment, code: str) -> str:
    """Return the number of the ISO week, or the year that it belongs to."""
    thursday = m.days - (m.weekday - 1) + 3
    year = civil(thursday)[0]
    if code == "G":
        return f"{year:04d}"
    if code == "g":
        return f"{year % 100:02d}"
    return f"{(m.days - _first_week(year)) // 7 + 1:02d}"
