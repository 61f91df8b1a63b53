"""What pages and feeds show of public records, as plain values for templates.

`incident` makes the page of an incident out of `facts`, `timeline`, `unknowns` and `notes`; `rows` makes lists.
"""

from .actions import account_name
from .incident import incident_page
from .rows import ROW_FIELDS, incident_line, incident_row

__all__ = ["ROW_FIELDS", "account_name", "incident_line", "incident_page", "incident_row"]
