"""A part of a file, for whoever goes on with a download (RFC 9110, section 14): one range of bytes."""

import re
from http import HTTPStatus

# Several ranges, other units and what is no range are ignored, as the standard allows: then the whole file is sent.
RANGE = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", re.IGNORECASE)


def ranged(request, response):
    """The response, with the part that the request asks for if it can have one; status 416 if the file has no such part."""
    file = getattr(response, "file", None)
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    if not file or not asked or request.method != "GET" or not _is_unchanged(request, response):
        return response
    first, last = asked.groups()
    if not (first or last) or (first and last and int(last) < int(first)):
        return response
    start = int(first) if first else max(file.size - int(last), 0)
    end = min(int(last) + 1, file.size) if first and last else file.size
    if start < end:
        file.only(start, end)
        response.status_code = HTTPStatus.PARTIAL_CONTENT
        response["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    else:
        response.status_code, response.streaming_content = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, ()
        response["Content-Range"] = f"bytes */{file.size}"
    response["Content-Length"] = str(max(end - start, 0))
    return response


def _is_unchanged(request, response):
    """Whether the file is the one of which the reader has a part, if the request says which that is."""
    condition = request.headers.get("If-Range")
    validators = [response["ETag"], response.get("Last-Modified")]
    return condition is None or (condition in validators and not condition.startswith("W/"))
