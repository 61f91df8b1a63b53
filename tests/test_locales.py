"""Dates, lists, signs and places are written as each language writes them."""

import re
from datetime import date

import pytest
from django.utils.translation import override

from incidents.dates import EDTF
from incidents.locales import (
    between_days,
    between_months,
    day_words,
    in_quotes,
    listed,
    month_words,
    short_month_words,
    signs,
    zone_words,
)

from .factories import make_story
from .test_pseudo_language import Runs

THIRD, FOURTH, JULY, NEXT_YEAR = date(2020, 6, 3), date(2020, 6, 4), date(2020, 7, 1), date(2021, 6, 3)
ENGLISH, TRADITIONAL, SIMPLIFIED = "en", "zh-hant", "zh-hans"
# Signs of English after a Han character or before one, and a space after a sign of Chinese, which has a space of its own.
FOREIGN_SIGNS = re.compile(
    "[一-龥)）」”][,;:.?!](?![a-z])|[,;:?!] ?[一-龥]|[一-龥] ?[(]|[：；，。] |[，；：]{2}|“[A-Z]|[A-Z]”"
)


@pytest.mark.parametrize("language", [TRADITIONAL, SIMPLIFIED])
def test_chinese_leaves_out_of_the_second_date_what_the_first_has_said(language):
    with override(language):
        assert (day_words(THIRD), month_words(THIRD)) == ("2020年6月3日", "2020年6月")
        assert between_days(THIRD, FOURTH) == ("2020年6月3日", "4日")
        assert between_days(THIRD, JULY) == ("2020年6月3日", "7月1日")
        assert between_days(THIRD, NEXT_YEAR) == ("2020年6月3日", "2021年6月3日")
        assert between_months(THIRD, JULY) == ("2020年6月", "7月")


@pytest.mark.parametrize(("language", "words"), [(ENGLISH, "Jun"), (TRADITIONAL, "6月"), (SIMPLIFIED, "6月")])
def test_a_month_below_a_column_is_short(language, words):
    with override(language):
        assert short_month_words(THIRD) == words


def test_english_leaves_out_of_the_first_date_what_the_second_says():
    assert (day_words(THIRD), month_words(THIRD)) == ("3 June 2020", "June 2020")
    assert between_days(THIRD, FOURTH) == ("3", "4 June 2020")
    assert between_days(THIRD, JULY) == ("3 June", "1 July 2020")
    assert between_days(THIRD, NEXT_YEAR) == ("3 June 2020", "3 June 2021")
    assert between_months(THIRD, JULY) == ("June", "July 2020")


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("de", "3.", "4. Juni 2020"),
        ("ja", "2020年6月3日", "4日"),
        ("ko", "2020년 6월 3일", "4일"),
        ("ar", "3", "4 يونيو 2020"),
    ],
)
def test_other_languages_have_their_own_order(language, first, second):
    with override(language):
        assert between_days(THIRD, FOURTH) == (first, second)


@pytest.mark.parametrize(
    ("language", "words"),
    [(ENGLISH, "1, 2, 3"), (TRADITIONAL, "1、2、3"), (SIMPLIFIED, "1、2、3")],
)
def test_a_list_has_the_signs_of_its_language(language, words):
    with override(language):
        assert listed([1, 2, 3]) == words
        assert (listed([]), listed([1])) == ("", "1")


@pytest.mark.parametrize(
    ("language", "words"),
    [(ENGLISH, "“a ‘b’”, (c): d"), (TRADITIONAL, "「a “b”」，（c）：d"), (SIMPLIFIED, "“a ‘b’”，（c）：d")],
)
def test_a_sentence_has_the_signs_of_its_language(language, words):
    with override(language):
        ours = signs()
        brackets = f"{ours.opening}c{ours.closing}".strip()
        assert f"{in_quotes('a “b”')}{ours.comma}{brackets}{ours.colon}d" == words


def test_a_quotation_within_a_quotation_changes_its_signs_in_traditional_chinese():
    with override(TRADITIONAL):
        assert in_quotes("他說「是」") == "「他說『是』」"


@pytest.mark.parametrize(
    ("language", "words"), [(TRADITIONAL, "2010年至2019年之間"), (SIMPLIFIED, "2010年至2019年之间")]
)
def test_a_decade_is_named_by_its_years(language, words):
    with override(language):
        assert EDTF("201X").words() == words


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/incidents/",
        "/incidents/?status=lifted&platform=-told&q=%22told+us%22",
        "/incidents/?platform=-told",
        "/incidents/?from=13th",
        "/api/v1/",
        "/incidents/told/",
        "/incidents/told/sources/",
        "/incidents/told/revisions/1/",
        "/incidents/told/embed/",
        "/platforms/told/",
        "/sources/paper/",
        "/charts/",
        "/data/",
        "/about/",
        "/changes/",
    ],
)
def test_no_sign_of_english_stands_between_chinese_words(client, address):
    make_story()

    page = client.get(f"/{TRADITIONAL}{address}").content.decode()

    assert [found[0] + run for run in Runs(page).runs if (found := FOREIGN_SIGNS.search(run))] == []


@pytest.mark.parametrize(
    ("zone", "english", "traditional", "simplified"),
    [
        ("America/New_York", "New York", "紐約", "纽约"),
        ("Asia/Hong_Kong", "Hong Kong", "香港", "香港"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires", "布宜諾斯艾利斯", "布宜诺斯艾利斯"),
        ("UTC", "UTC", "UTC", "UTC"),
    ],
)
def test_a_time_zone_is_named_after_its_place(zone, english, traditional, simplified):
    for language, words in ((ENGLISH, english), (TRADITIONAL, traditional), (SIMPLIFIED, simplified)):
        with override(language):
            assert zone_words(zone) == words


def test_a_language_without_data_writes_dates_as_english_does():
    with override("qps"):
        assert between_days(THIRD, FOURTH) == ("3", "4 June 2020")
