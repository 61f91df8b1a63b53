"""Everything that is wrong with a page of forms, as links to the boxes; what is folded around one is unfolded."""

from django.contrib.admin.utils import flatten, flatten_fieldsets
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _


def error_links(context):
    """A link to each box with an error; folds that have one are opened."""
    adminform, inlines = context["adminform"], context["inline_admin_formsets"]
    unfold(adminform, [adminform.form])
    links = list(_links(adminform.form, "", adminform.fieldsets))
    for inline in inlines:
        unfold(inline, inline.formset.forms)
        name = capfirst(inline.opts.verbose_name)
        for number, form in enumerate(inline.formset.forms, start=1):
            links += _links(
                form, _("%(part)s %(number)d: ") % {"part": name, "number": number}, inline.fieldsets
            )
    return links


def unfold(part_of_page, forms):
    """Open each fold around a field with an error: Django does so only where it does not share its line with another."""
    wrong = {name for form in forms for name in form.errors}
    part_of_page.fieldsets = [
        (name, options if wrong.isdisjoint(flatten(options["fields"])) else options | {"classes": []})
        for name, options in part_of_page.fieldsets
    ]


def _links(form, before, fieldsets):
    places = {name: number for number, name in enumerate(flatten_fieldsets(fieldsets))}
    for name in sorted(form.errors, key=lambda name: places.get(name, len(places))):
        if name not in form.fields:
            continue  # what is wrong with the whole form is listed at its top
        bound = form[name]
        for error in bound.errors:
            anchor = bound.id_for_label or bound.auto_id
            yield format_html('<a href="#{}">{}{}</a>: {}', anchor, before, bound.label, error)
