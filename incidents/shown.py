"""Whom and what an incident shows: one table, which all that asks for it is built from."""

from typing import NamedTuple

from django.db.models import Q

SOURCE_RELATIONS = ("source", "derived_from")  # the names of relations to a source


class Shown(NamedTuple):
    """A way in which an incident shows a record: `parts` of the incident, and the `path` from such a part to the record.

    `parts` is the name of the incident's relation to them, and of their list in its public record; empty where the path
    begins at the incident itself.
    """

    parts: str
    path: str

    @property
    def is_open(self):
        """A condition on the parts: no confidential source is on the way. What lies behind one is not shown."""
        steps = self.path.split("__")
        on_the_way = ("__".join(steps[:n]) for n in range(1, len(steps)) if steps[n - 1] in SOURCE_RELATIONS)
        return Q(**{f"{path}__is_confidential": False for path in on_the_way})

    @property
    def incident(self):
        """The field of such a part that has its incident."""
        ends = {"": "pk", "relations_from": "from_incident", "relations_to": "to_incident"}
        return ends.get(self.parts, "incident")


# Every way in which an incident shows a platform, a party, an account, a topic or a source, by the name of its model. All that
# asks who or what an incident shows is built from this table: the public querysets, the checks of publishing and of the
# admin, the index, exports, past revisions. A relation that becomes public without a line here fails a test.
SHOWN = {
    "platform": (Shown("actions", "account__platform"),),
    "party": (
        Shown("actions", "account__holder"),
        Shown("justifications", "speaker"),
        Shown("justifications", "together_with"),
        Shown("involvements", "party"),
        Shown("involvements", "together_with"),
    ),
    "account": (Shown("actions", "account"),),
    "topic": (Shown("", "topics"),),
    "topiclabel": (Shown("", "topics__labels"),),
    "source": (
        Shown("citations", "source"),
        # A source is shown with what it derives from, and that with what it derives from in turn.
        Shown("citations", "source__derived_from"),
        Shown("citations", "source__derived_from__derived_from"),
    ),
}
# A text is shown where its translation is.
SHOWN["translation"] = (
    Shown("", "translations"),
    *(
        Shown(parts, "translations")
        for parts in (
            "actions",
            "justifications",
            "involvements",
            "citations",
            "relations_from",
            "relations_to",
        )
    ),
    *(
        Shown(way.parts, f"{way.path}__translations")
        for name in ("platform", "party", "account", "topic", "source")
        for way in SHOWN[name]
    ),
)

# What a citation can be about beside the incident itself and its parts, if the incident shows it in one of these ways.
CITED_RECORDS = ("platform", "party", "account")
# Fields of a party that are public only if its name is.
NAMING_FIELDS = ("native_label", "native_language", "name_public_basis", "aliases")

# The parts of an incident that each need a source, by the name of the incident's relation to them.
CITED_PARTS = ("actions", "justifications", "involvements")
