"""From a quotation to its place on the page, how many origins sources have, and what changed between two versions."""

import pytest

from incidents.origins import origin_count
from incidents.public.presenters.passages import passage_link, text_directive
from incidents.templatetags.record import quoted
from incidents.word_changes import word_changes


@pytest.mark.parametrize(
    ("words", "directive"),
    [
        ("We follow local law.", "We%20follow%20local%20law."),
        ("A well-known group, it says & means", "A%20well%2Dknown%20group%2C%20it%20says%20%26%20means"),
        ("“US-based account”", "US%2Dbased%20account"),
        (
            "Just like any global company, we must comply with applicable laws in the jurisdictions where we operate.",
            "Just%20like%20any%20global%20company%2C,the%20jurisdictions%20where%20we%20operate.",
        ),
        ("It began. […] Then it ended.", "It%20began.,Then%20it%20ended."),
        ("我們收到通知", "%E6%88%91%E5%80%91%E6%94%B6%E5%88%B0%E9%80%9A%E7%9F%A5"),
        ("[…]", ""),
    ],
)
def test_a_quotation_is_looked_for_by_its_words_or_its_beginning_and_end(words, directive):
    assert text_directive(words) == directive


@pytest.mark.parametrize(
    ("note", "source", "link"),
    [
        ({}, {}, "https://news.example/1#:~:text=Words."),
        ({}, {"url": "https://news.example/1#top"}, "https://news.example/1#top:~:text=Words."),
        ({"is_translation": True}, {}, "https://news.example/1"),
        ({"quote_language": "en"}, {"language": "zh-Hant"}, "https://news.example/1"),
        ({"quote_language": "en"}, {"language": "en"}, "https://news.example/1#:~:text=Words."),
        ({"quote": ""}, {}, "https://news.example/1"),
        ({}, {"url": ""}, ""),
        (
            {},
            {"url": "", "archived_url": "https://archive.example/1"},
            "https://archive.example/1#:~:text=Words.",
        ),
    ],
)
def test_only_words_that_are_on_the_page_are_looked_for_there(note, source, link):
    kept = {"url": "https://news.example/1", "archived_url": "", "language": ""} | source

    assert (
        passage_link(
            {"quote": "Words.", "quote_language": "", "is_translation": False, "source": kept} | note
        )
        == link
    )


def source(key, parent="", derivation="original"):
    return {
        "citekey": key,
        "derivation": derivation,
        "derived_from": {"citekey": parent} if parent else None,
    }


@pytest.mark.parametrize(
    ("sources", "count"),
    [
        ([source("a"), source("b")], 2),
        ([source("a"), source("b", "a", "adaptation"), source("c", "b", "translation")], 1),
        ([source("b", "elsewhere", "adaptation"), source("c", "elsewhere", "republication")], 1),
        # Where it is not known from what a copy was made, it may have an origin of its own.
        ([source("a"), source("b", "", "republication")], 2),
    ],
)
def test_what_derives_from_one_document_has_one_origin(sources, count):
    assert origin_count(sources) == count


def marked(pieces):
    return "".join(f"[{text}]" if is_changed else text for text, is_changed in pieces)


def test_changes_are_marked_word_by_word():
    changes = word_changes(
        "In May and early June, we were notified of four meetings.",
        "In May, we were notified of some meetings.",
    )

    assert marked(changes.before) == "In May [and early June], we were notified of [four ]meetings."
    assert (
        "".join(text for text, _is_changed in changes.after) == "In May, we were notified of some meetings."
    )


def test_another_text_is_no_change_of_the_first():
    assert word_changes("We follow local law.", "A former employee took actions of his own.") is None


def test_chinese_is_compared_by_character():
    changes = word_changes("我們收到通知說這是違法的", "我們後來收到通知說這違法")

    assert marked(changes.after) == "我們[後來]收到通知說這違法"


def test_quotation_marks_are_characters_and_those_inside_change_their_form():
    assert quoted("It “seems possible”", "en") == '<q lang="en" dir="auto">“It ‘seems possible’”</q>'
    assert (
        quoted("<b> & late May", "", ["late May"])
        == '<q dir="auto">“&lt;b&gt; &amp; <mark>late May</mark>”</q>'
    )
