"""Parts of an incident in a few words."""

from django.utils.text import Truncator

from ..languages import language_name
from ..locales import in_quotes, listed, with_colon
from ..models import Action, Citation, Involvement, Justification, Relation, Translation


def part_name(part):
    """A part in a few words, for lists of choices and for the heading of its folded form."""
    match part:
        case Action():
            words = [part.get_type_display(), str(part.account), part.start and part.start.words()]
        case Justification():
            who = part.speaker or part.speaker_text
            words = [with_colon(part.get_kind_display(), who), part.get_ground_display()]
        case Involvement():
            who = part.party or part.party_text
            words = [with_colon(part.get_role_display(), who), part.get_certainty_display()]
        case Citation():
            about = part.target
            name = "" if about == part.incident else getattr(about, "seq", about)
            target = f"{about._meta.verbose_name} {name}".strip()
            words = [
                part.source.citekey,
                part.get_stance_display(),
                target,
                part.quote and in_quotes(part.quote),
            ]
        case Translation():
            return with_colon(language_name(part.language), Truncator(part.text).chars(140))
        case Relation():
            return with_colon(part.get_kind_display(), part.to_incident)
    return with_colon(part.seq, Truncator(listed(filter(None, words))).chars(140))


def with_names(parts):
    """Parts with everything that part_name() reads, in the order of their numbers."""
    beside = ("account__platform", "account__holder") if parts.model is Action else parts.key_relations
    return parts.select_related(*beside).order_by("seq")


def named_parts(request, incident, model):
    """The parts of an incident that are of this model, each with its name; read once for all that a page has of them."""
    read = request.__dict__.setdefault("named_parts", {})
    if model not in read:
        parts = list(with_names(model.objects.filter(incident=incident))) if incident else []
        for part in parts:
            part.incident = incident
        read[model] = [(part, part_name(part)) for part in parts]
    return read[model]
