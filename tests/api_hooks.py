"""What schemathesis cannot know from the description: which records there are, and which parameters go together."""

import re

import schemathesis

# What names a record, or a dataset version: most values that look so name none.
RECORDS = ("platform", "holder", "account", "party", "behind", "topic", "source")
SUBDIVISION = re.compile("[A-Z]-")  # the description cannot list 5,000 of them
PLACES = ("after", "before", "at")


@schemathesis.hook
def before_call(context, case, kwargs):
    """Have a query that shall be answered ask for one place, in its order, in a period that does not end before it begins."""
    query = case.query
    if not query or not case.meta or not case.meta.generation.mode.is_positive:
        return
    for name in (*RECORDS, "since"):
        query.pop(name, None)
    if "country" in query:
        query["country"] = [code for code in query["country"] if not SUBDIVISION.search(code)]
    if query.get("from"):
        query.pop("to", None)
    places = [name for name in PLACES if query.get(name)]
    for name in places[1:]:
        del query[name]
    if places and "~" in query[places[0]]:
        query["sort"] = "changed" if "T" in query[places[0]] else "newest"
