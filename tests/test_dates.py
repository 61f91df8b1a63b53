"""EDTF values: what is taken, which days they may mean, how they read, and what is refused with which word."""

import copy
import json
import pickle
from datetime import UTC, date, datetime, timedelta

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from incidents.dates import EDTF, duration, hours_words, moment_words, valid_zone

TAKEN = [
    ("2020-06-07", date(2020, 6, 7), date(2020, 6, 7), "7 June 2020"),
    ("2020-06", date(2020, 6, 1), date(2020, 6, 30), "June 2020"),
    ("2020", date(2020, 1, 1), date(2020, 12, 31), "2020"),
    ("2020-02", date(2020, 2, 1), date(2020, 2, 29), "February 2020"),
    ("2020-06-07~", date(2020, 6, 7), date(2020, 6, 7), "about 7 June 2020"),
    ("2020-06-07?", date(2020, 6, 7), date(2020, 6, 7), "7 June 2020 (uncertain)"),
    ("2020%", date(2020, 1, 1), date(2020, 12, 31), "about 2020 (uncertain)"),
    ("2020-XX", date(2020, 1, 1), date(2020, 12, 31), "2020, month not known"),
    ("2020-06-XX", date(2020, 6, 1), date(2020, 6, 30), "a day in June 2020"),
    ("2020-XX-XX", date(2020, 1, 1), date(2020, 12, 31), "2020, month not known"),
    ("201X", date(2010, 1, 1), date(2019, 12, 31), "between 2010 and 2019"),
    ("2020-06-03/2020-06-04", date(2020, 6, 3), date(2020, 6, 4), "between 3 and 4 June 2020"),
    ("2020-05-31/2020-06-02", date(2020, 5, 31), date(2020, 6, 2), "between 31 May and 2 June 2020"),
    (
        "2019-12-30/2020-01-02",
        date(2019, 12, 30),
        date(2020, 1, 2),
        "between 30 December 2019 and 2 January 2020",
    ),
    ("2020-05/2020-06", date(2020, 5, 1), date(2020, 6, 30), "between May and June 2020"),
    ("2019/2020", date(2019, 1, 1), date(2020, 12, 31), "between 2019 and 2020"),
    ("2020-06/2020-07-04", date(2020, 6, 1), date(2020, 7, 4), "between June 2020 and 4 July 2020"),
    (
        "2020-06-03~/2020-06-04",
        date(2020, 6, 3),
        date(2020, 6, 4),
        "between about 3 June 2020 and 4 June 2020",
    ),
    ("2020-05-22/..", date(2020, 5, 22), None, "on or after 22 May 2020"),
    ("2020-05-22/", date(2020, 5, 22), None, "on or after 22 May 2020"),
    ("../2020-06-11", None, date(2020, 6, 11), "on or before 11 June 2020"),
    ("/2021", None, date(2021, 12, 31), "in or before 2021"),
    ("2021-21", date(2021, 1, 1), date(2021, 12, 31), "spring 2021"),
    ("2021-24~", date(2020, 12, 1), date(2022, 2, 28), "about winter 2021"),
    ("2021-21/..", date(2021, 1, 1), None, "in or after spring 2021"),
    (
        "[2020-06-05,2020-06-03]",
        date(2020, 6, 3),
        date(2020, 6, 5),
        "3 June 2020 or 5 June 2020",
    ),
    ("[2020-06-03,2020-06]", date(2020, 6, 1), date(2020, 6, 30), "June 2020 or 3 June 2020"),
]


@pytest.mark.parametrize(("text", "earliest", "latest", "words"), TAKEN)
def test_a_value_has_bounds_and_words(text, earliest, latest, words):
    value = EDTF(text)

    assert (value, value.earliest, value.latest, value.words()) == (text, earliest, latest, words)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "2020-06-07"),
        ("2020-6-7", "2020-06-07"),
        ("7 June 2020", "2020-06-07"),
        ("2020-02-30", "day that does not exist"),
        ("2021-02-29", "day that does not exist"),
        ("2020-13", "month that does not exist"),
        ("2020-00", "month that does not exist"),
        ("2020-06-00", "day that does not exist"),
        ("0000", "not a year"),
        ("2020-06-07T22:00", "without a time"),
        ("2020-06-07 22:00", "without a time"),
        ("2020-25", "month"),
        ("2020-21-01", "month"),
        ("[..,2020]", "not a date"),
        ("2020-06-04/2020-06-03", "backwards"),
        ("/", "at least one side"),
        ("../..", "at least one side"),
        ("2020/2021/2022", "2020-06-07"),
        ("2020-XX-05", "larger unit"),
        ("202X-05", "larger unit"),
        ("20X0", "2020-06-07"),
        ("2020u", "2020-06-07"),
        ("unknown", "2020-06-07"),
        ("２０２０", "2020-06-07"),
        ("٢٠٢٠", "2020-06-07"),
        ("2020-06-07\n", "2020-06-07"),
        (" 2020", "2020-06-07"),
        ("2020\u200f", "2020-06-07"),
        ("2020\0", "2020-06-07"),
        ("9" * 10_000, "2020-06-07"),
        ("2020/" * 5_000, "2020-06-07"),
    ],
)
def test_anything_else_is_refused_with_an_example(text, named):
    with pytest.raises(ValueError, match=named) as refusal:
        EDTF(text)
    assert "20" in str(refusal.value)
    assert len(str(refusal.value)) < 200


days = st.dates(date(1000, 1, 1), date(2999, 12, 31))
plain = st.builds(lambda day, form: day.strftime(form), days, st.sampled_from(["%Y-%m-%d", "%Y-%m", "%Y"]))
single = st.builds(lambda text, mark: text + mark, plain, st.sampled_from(["", "?", "~", "%"]))
vague = st.builds(
    lambda day, form: day.strftime(form), days, st.sampled_from(["%Y-%m-XX", "%Y-XX", "%Y-XX-XX"])
)


def bounds_by_the_library(text):
    parsed = parse_edtf(text)
    return tuple(date(*moment[:3]) for moment in (parsed.lower_strict(), parsed.upper_strict()))


@given(single | vague)
def test_bounds_are_those_an_independent_reading_finds(text):
    assert (EDTF(text).earliest, EDTF(text).latest) == bounds_by_the_library(text)


@pytest.mark.slow
@given(single, single)
def test_intervals_run_from_the_first_of_one_to_the_last_of_the_other(one, other):
    one, other = sorted([one, other], key=lambda text: EDTF(text).earliest)

    value = EDTF(f"{one}/{other}")

    assert (value.earliest, value.latest) == bounds_by_the_library(f"{one}/{other}")


@given(st.text(max_size=50))
def test_no_text_does_worse_than_a_refusal(text):
    try:
        value = EDTF(text)
    except ValueError:
        return
    assert value.earliest or value.latest


def test_a_value_is_text_to_everything_else():
    value = EDTF("2020-06-07~")

    assert json.dumps(value) == '"2020-06-07~"'
    for twin in (pickle.loads(pickle.dumps(value)), copy.deepcopy(value)):
        assert (twin, twin.earliest) == (value, value.earliest)


@pytest.mark.parametrize(
    ("text", "attribute"),
    [
        ("2020-06-07~", ""),
        ("2020-06-07?", ""),
        ("2020-21", ""),
        ("[2020-06-03,2020-06-05]", ""),
        ("2020-06", "2020-06"),
        ("2020-XX", ""),
        ("201X", ""),
        ("2020/2021", ""),
    ],
)
def test_the_machine_readable_date_claims_no_more_than_is_known(text, attribute):
    assert EDTF(text).datetime == attribute


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2020-06-07", "2020-06-10", "3 days"),
        ("2020-06-07~", "2020-06-12~", "about 5 days"),
        ("2020-06-07?", "2020-06-07", "about a day or less"),
        ("2020-06-07", "2020-06-10~/2020-06-12", "between 3 and 5 days (dates uncertain)"),
        ("2020-06", "2020-06-10", "at most 9 days"),
        ("2020-06-07", "2020-06-08", "1 day"),
        ("2020-06-07", "2020-06-07", "less than a day"),
        ("2020-05-22", "2020-06-11/2020-06-12", "between 20 and 21 days"),
        ("2020-06-03/2020-06-04", "2020-06-03/2020-06-11", "at most 8 days"),
        ("../2020-06-07", "2020-06-10", "at least 3 days"),
        ("2020-06-07", "2020-06-10/..", "at least 3 days"),
        ("2020-06-07", "", ""),
        ("", "2020-06-10", ""),
        ("", "", ""),
    ],
)
def test_a_duration_says_no_more_than_the_bounds_allow(start, end, words):
    assert duration(start and EDTF(start), end and EDTF(end)).words() == words


@pytest.mark.parametrize(
    ("not_before", "not_after", "words"),
    [
        (None, datetime(2020, 6, 8, 3, tzinfo=UTC), "not after 23:00 on 7 June 2020 (New York time)"),
        (datetime(2020, 6, 8, 2, tzinfo=UTC), None, "not before 22:00 on 7 June 2020 (New York time)"),
        (
            datetime(2020, 5, 31, 12, tzinfo=UTC),
            datetime(2020, 6, 8, 3, tzinfo=UTC),
            "between 08:00 on 31 May 2020 and 23:00 on 7 June 2020 (New York time)",
        ),
        (
            datetime(2020, 6, 8, 2, tzinfo=UTC),
            datetime(2020, 6, 8, 3, tzinfo=UTC),
            "between 22:00 and 23:00 on 7 June 2020 (New York time)",
        ),
        (
            datetime(2020, 6, 8, 3, tzinfo=UTC),
            datetime(2020, 6, 8, 3, tzinfo=UTC),
            "at 23:00 on 7 June 2020 (New York time)",
        ),
        (None, None, ""),
    ],
)
def test_hours_are_told_in_the_zone_they_were_told_in(not_before, not_after, words):
    assert moment_words(not_before, not_after, "America/New_York") == words


@pytest.mark.parametrize(
    ("name", "valid"),
    [
        ("Asia/Hong_Kong", True),
        ("UTC", True),
        *(
            (name, False)
            for name in (
                "EST5EDT!",
                "../etc/passwd",
                "Etc/GMT-8",
                "EST5EDT",
                "PRC",
                "Factory",
                "localtime",
                "US/Eastern",
            )
        ),
    ],
)
def test_a_zone_is_an_iana_name(name, valid):
    assert valid_zone(name) is valid


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2020-05/2020-07", "over the period from May to July 2020"),
        ("2020-05/..", "over a period that began May 2020"),
        ("../2020-07-01", "over a period that ended 1 July 2020"),
        ("2020-05", "May 2020"),
    ],
)
def test_a_period_reads_as_one_that_something_lasted(text, words):
    assert EDTF(text).span_words() == words


@pytest.mark.parametrize(
    ("shortest", "longest", "words"),
    [
        (45, 45, "45 minutes"),
        (30, 90, "between 30 and 90 minutes"),
        (180, 180, "3 hours"),
        (150, 300, "between 2 and 5 hours"),
    ],
)
def test_a_length_below_two_days_is_told_in_minutes_or_hours(shortest, longest, words):
    assert hours_words(timedelta(minutes=shortest), timedelta(minutes=longest)) == words
