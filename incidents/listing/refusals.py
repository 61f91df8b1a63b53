"""Why a query string is not understood: a sentence for each parameter, naming the value and what would be right."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..addresses import is_address
from ..index.facets import FACET, NONE
from ..locales import listed
from ..models.fields import validate_text
from .matching import TooCommonError
from .ordering import Cursor

MAX_VALUES = 100  # of one parameter
MAX_CHARACTERS = 200  # of one value
MAX_ADDRESS_CHARACTERS = 2_000  # of a search for one web address
MAX_SHOWN_CHARACTERS = 40  # of what was not understood
PLACES = ("after", "before", "at")  # where in the list one is, which a download does not ask
SINGLE = ("q", "from", "to", "sort", *PLACES)  # parameters that take one value


def unreadable(incident_filter):
    """Parameters of an IncidentFilter that no field can read."""
    found = {}
    for name in incident_filter.data:
        values = incident_filter.data.getlist(name)
        if name not in incident_filter.filters or name in incident_filter.misplaced:
            available = [each for each in incident_filter.filters if each not in incident_filter.fixed]
            found[printable(name)] = [
                _("“%(name)s” is not a filter here. Available filters: %(names)s.")
                % {"name": printable(name), "names": listed(available)}
            ]
        elif name in SINGLE and len(values) > 1:
            found[name] = [_("Give one value, not %d.") % len(values)]
        elif len(values) > MAX_VALUES:
            found[name] = [_("Give at most %d values.") % MAX_VALUES]
        elif any(len(value) > _most_characters(name, value) for value in values):
            found[name] = [_("Give at most %d characters.") % _most_characters(name, values[0])]
        elif bad := [value for value in values if not can_be_read(validate_text, value)]:
            found[name] = [_("“%s” contains a character that no text has.") % printable(bad[0])]
    return found


def _most_characters(name, value):
    """The longest value that this parameter takes; addresses are pasted as long as they are."""
    is_one_address = name == "q" and is_address(value) and len(value.split()) == 1
    return MAX_ADDRESS_CHARACTERS if is_one_address else MAX_CHARACTERS


def meaningless(incident_filter):
    """Parameters of an IncidentFilter whose values can be read, and mean nothing here."""
    found = {
        name: [_sentence(incident_filter, name, error) for error in errors]
        for name, errors in incident_filter.form.errors.as_data().items()
    }
    cleaned = incident_filter.form.cleaned_data
    first, last = cleaned.get("from"), cleaned.get("to")
    if first == NONE and last:
        found["to"] = [_("Incidents without a date have no last day. Remove “to” or “from=none”.")]
    elif first and last and first.earliest > last.latest:
        found["to"] = [
            _("“%(last)s” is before “%(first)s”, where the period begins.") % {"first": first, "last": last}
        ]
    places = [name for name in PLACES if cleaned.get(name)]
    if len(places) > 1:
        found[places[1]] = [_("Give only one of these: %s.") % listed(PLACES)]
    for name in ("after", "before"):
        if cleaned.get(name) and not _is_place(cleaned[name], incident_filter.order):
            found[name] = [
                _("“%s” is not a place in this list. Start from its first page.") % printable(cleaned[name])
            ]
    return found


def too_common(incident_filter):
    """What an understood IncidentFilter cannot look for in so many texts, or under so many words."""
    try:
        incident_filter.listing.matching.words  # noqa: B018 - which looks for it
    except TooCommonError as error:
        message = _(
            "The words of %s occur in too many incidents to look for them side by side. Add a search term that fewer"
            " incidents have, or remove the quotation marks."
        )
        if error.term.prefix and not error.term.is_phrase:
            message = _("There are too many %s. Type more letters.")
        return {"q": [message % error.term]}
    return {}


def _sentence(incident_filter, name, error):
    if error.code != "invalid_choice":
        return error.messages[0]
    value = error.params["value"]
    if facet := FACET.get(name):
        return facet.refusal(value)
    known = [key for key, _label in incident_filter.form.fields[name].choices if key]
    return _("“%(value)s” is not a value of this filter. Available values: %(known)s.") % {
        "value": value,
        "known": listed(known),
    }


def _is_place(text, order):
    try:
        Cursor.read(text, order)
    except ValueError:
        return False
    return True


def can_be_read(validate, value):
    """Whether a validator, or the cleaning of a form field, lets this value pass."""
    try:
        validate(value)
    except ValidationError:
        return False
    return True


def printable(text):
    """Text as it may be shown back: short, and without control characters."""
    return "".join(
        character if character.isprintable() else "\ufffd" for character in text[:MAX_SHOWN_CHARACTERS]
    )
