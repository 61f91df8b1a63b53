"""The whole public site as files that need no server: made of what the public doors answer, and nothing else.

`addresses` says where a page or file lies, `pages` turns links into relative ones, `search` prepares the search, `site`
goes through the public addresses, `folder` writes.
"""

from .site import LATEST, publish

__all__ = ["LATEST", "publish"]
