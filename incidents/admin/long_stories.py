"""A long incident shows its parts as lines, each a link that opens its form: a form for each would be a page of megabytes."""

from urllib.parse import urlencode

from ..models import Action, Citation, Involvement, Justification

FOLDABLE = (Action, Justification, Involvement, Citation)
MAX_FORMS = 6  # of an incident with more parts, only those that are asked for have a form
OPEN = "open"


def is_long(incident):
    """Whether an incident has more parts than its page has forms for; counted once for each object."""
    if not hasattr(incident, "_is_long"):
        counted = sum(
            model.objects.filter(incident=incident).order_by()[: MAX_FORMS + 1].count() for model in FOLDABLE
        )
        incident._is_long = counted > MAX_FORMS
    return incident._is_long


def name_of(part):
    """The name of a part in an address: `citation.51`."""
    return f"{part._meta.model_name}.{part.pk}"


def place_of(part, field, incident=None):
    """Where the page of its incident has a field of a part: a query, if its form has to be opened first, and an anchor."""
    incident = incident or part.incident
    siblings = part._meta.get_field("incident").remote_field.related_name
    if is_long(incident):
        return f"?{urlencode({OPEN: name_of(part)})}#id_{siblings}-0-{field}"
    position = type(part).objects.filter(incident=incident, seq__lt=part.seq).count()
    return f"#id_{siblings}-{position}-{field}"


def with_forms(parts, incident, request):
    """Those parts of an incident that have a form on this page. What was sent names its parts itself."""
    if request.method == "POST" or not incident or not is_long(incident):
        return parts
    asked = request.GET.getlist(OPEN)
    model = parts.model._meta.model_name
    if model in asked and parts.filter(incident=incident).count() <= MAX_FORMS:
        return parts
    keys = [
        key
        for name, _dot, key in (each.partition(".") for each in asked)
        if name == model and key.isdecimal()
    ]
    return parts.filter(pk__in=[int(key) for key in keys if len(key) < 19])
