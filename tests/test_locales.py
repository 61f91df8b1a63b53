"""Dates, lists and places are written as each language writes them."""

from datetime import date

import pytest
from django.utils.translation import override

from incidents.locales import between_days, between_months, day_words, listed, month_words, zone_words

THIRD, FOURTH, JULY, NEXT_YEAR = date(2020, 6, 3), date(2020, 6, 4), date(2020, 7, 1), date(2021, 6, 3)
ENGLISH, TRADITIONAL, SIMPLIFIED = "en", "zh-hant", "zh-hans"


@pytest.mark.parametrize("language", [TRADITIONAL, SIMPLIFIED])
def test_chinese_leaves_out_of_the_second_date_what_the_first_has_said(language):
    with override(language):
        assert (day_words(THIRD), month_words(THIRD)) == ("2020年6月3日", "2020年6月")
        assert between_days(THIRD, FOURTH) == ("2020年6月3日", "4日")
        assert between_days(THIRD, JULY) == ("2020年6月3日", "7月1日")
        assert between_days(THIRD, NEXT_YEAR) == ("2020年6月3日", "2021年6月3日")
        assert between_months(THIRD, JULY) == ("2020年6月", "7月")


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
