"""Goes through all public addresses of one dataset version, asks their doors, and writes what these answer."""

import posixpath
import secrets
import shutil
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import Http404
from django.shortcuts import render
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils.translation import override
from django.views import defaults

from .. import index, protection, signing
from ..exports import FORMATS, snapshot
from ..files import point, replacing
from ..index import read_record
from ..index.facets import VALUE
from ..index.posting_lists import index_reader
from ..index.routers import PRIMARY
from ..index.versions import latest_version
from ..listing.charts import CHARTS
from ..models import PublicChange, PublicIncident
from ..public.caching import use_site_address
from ..public.citations import CITATION_FORMATS
from ..public.discovery import SUBJECTS, subject_keys
from ..public.urls import urlpatterns
from . import search
from .addresses import Places, file_of, folder_of, local_address, relative, search_file, year_file
from .folder import MirrorFolder
from .pages import Page, Rewriter, next_page

LATEST = "latest"
KEPT_STATUSES = {
    HTTPStatus.OK,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.GONE,
}  # the last two say why nothing is shown
BATCH_SIZE = 500


class Published(NamedTuple):
    """A mirror that was written: its dataset version, its files, and how many of them are not as they were before."""

    version: int
    files: int
    changed: int


def publish(folder: Path, *, key: Path | None = None) -> Published | None:
    """Write a mirror and point `folder/latest` to it, then delete the ones before. None if nothing has been published.

    Raises OSError, SigningError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = [
        path for path in folder.iterdir() if path.is_dir() and not path.is_symlink() and path.name[0] != "."
    ]
    index.current_version(PRIMARY, is_patient=True)  # has waiting changes indexed
    protection.note_taken_back()  # for the list of withdrawals
    # The end of a request would otherwise end the snapshot, too.
    request_finished.disconnect(close_old_connections)
    try:
        with snapshot(PRIMARY):
            version = latest_version(PRIMARY)
            if not version:
                return None
            target = folder / f"{version.number}-{secrets.token_hex(4)}"
            with replacing(target) as scratch:
                with MirrorFolder(scratch, (folder / LATEST).resolve()) as tree:
                    Site(tree, version).write()
                if key:
                    signing.sign(scratch, key=key)
    finally:
        request_finished.connect(close_old_connections)
    point(folder / LATEST, target.name)
    for old in before:
        shutil.rmtree(old)
    return Published(version.number, tree.number, tree.changed)


class Site:
    """The public site of one dataset version, as it is written into a mirror."""

    def __init__(self, tree, version):
        self.tree, self.version = tree, version
        self.reader = index_reader(PRIMARY, version)
        self.root = settings.SITE_URL
        self.rewriter = Rewriter(Places(self.reader), self.root)

    def write(self):
        for language, _name in settings.LANGUAGES:
            with override(language):
                for address, file in self.addresses():
                    self.write_address(address, file)
                self.write_search()
        for name in sorted(self.rewriter.statics):
            self.write_static(name)

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Each public address with the file that it becomes; of lists of several pages, the first."""
        folder = folder_of(reverse("home"))
        for path in chain(self.fixed_paths(), self.subject_paths(), self.incident_paths(), gone_paths()):
            file = file_of(path)
            if file and file.startswith(folder):  # else it is the same in every language
                yield path, file
        for term, number in self.reader.cardinalities(f"{VALUE}begun=").items():
            year = term.rpartition("=")[2]
            if number:
                path = reverse("incident_list")
                yield f"{path}?from={year}&to={year}", year_file(year, path)

    def fixed_paths(self):
        """The addresses that are always there."""
        for pattern in urlpatterns:
            if "<" not in str(pattern.pattern) and pattern.name:
                yield reverse(pattern.name)
        yield from (reverse("incident_download", args=[name]) for name in (*FORMATS, *CITATION_FORMATS))
        yield from (
            reverse("chart_file", args=[name, suffix]) for name in CHARTS for suffix in ("svg", "csv")
        )

    def subject_paths(self):
        for name in SUBJECTS:
            yield from (reverse(name, args=[key]) for key in subject_keys(self.reader, name))

    def incident_paths(self):
        """The pages and files of each incident, and all its revisions."""
        for ref in PublicIncident.objects.order_by("pk").values_list("ref", flat=True).iterator(BATCH_SIZE):
            yield reverse("incident", args=[ref])
            yield reverse("incident_sources", args=[ref])
            yield reverse("history_feed", args=[ref])
            yield from (reverse("incident_file", args=[ref, name]) for name in (*FORMATS, *CITATION_FORMATS))
            yield from (reverse("sources_file", args=[ref, name]) for name in CITATION_FORMATS)
            numbers = PublicChange.objects.filter(ref=ref).order_by("number").values_list("number", flat=True)
            yield from (reverse("revision", args=[ref, number]) for number in numbers)

    def write_address(self, address, file):
        """Write what the door of an address answers: a file, or a page with the pages of the list that follow it."""
        previous, number, first = None, 1, file
        while address:
            response = self.answer(address)
            try:
                if response.status_code in (HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND):
                    self.write_page(self.moved(response, file), Page(address, file))
                    return
                if response.status_code not in KEPT_STATUSES:
                    raise RuntimeError(f"{address} answered with status {response.status_code}.")
                if not response["Content-Type"].startswith("text/html"):
                    if response.status_code == HTTPStatus.OK:
                        self.tree.write(file, pieces(response))
                    return
                html = response.content.decode()
            finally:
                response.close()
            following, link = None, next_page(html)
            if link:
                number += 1
                following = posixpath.join(posixpath.dirname(first), f"page-{number}.html")
            name = posixpath.basename
            self.write_page(
                html, Page(address, file, previous and name(previous), following and name(following))
            )
            address, previous, file = link and local_address(link, address, self.root), file, following

    def write_page(self, html, page):
        self.tree.write(page.file, [self.rewriter.rewrite(html, page).encode()])

    def answer(self, address):
        """What the view of an address answers, of this dataset version."""
        request = self.request(address)
        request.resolver_match = match = resolve(request.path)
        try:
            return match.func(request, *match.args, **match.kwargs)
        except Http404 as error:
            return defaults.page_not_found(request, error)

    def request(self, address):
        request = RequestFactory().get(address, headers={"host": self.root.partition("://")[2]})
        use_site_address(request)
        request.dataset_version = self.version
        return request

    def moved(self, response, file):
        """A page that leads to where an address leads."""
        address = local_address(response["Location"], "/", self.root) or "/"
        target = relative(file, file_of(address) or "index.html")
        return render_to_string("mirror/moved.html", {"target": target})

    def write_search(self):
        """The page that searches, and the files that its script reads."""
        file, names = search_file(reverse("home")), ["facets.js"]
        folder = posixpath.dirname(file)
        begin = search.script("mirror.begin", [search.facets(), search.folding()])
        self.tree.write(f"{folder}/facets.js", [begin])
        for number, entries in enumerate(self.entries()):
            names.append(f"incidents-{number}.js")
            self.tree.write(f"{folder}/{names[-1]}", entries)
        context = {"scripts": names, "root": self.root}
        html = render(self.request(f"/{folder}/"), "mirror/search.html", context).content.decode()
        self.write_page(html, Page(f"/{folder}/", file))

    def entries(self) -> Iterator[Iterable[bytes]]:
        """What the search knows of all public incidents, in files of so many."""
        records = PublicIncident.objects.order_by("pk").values_list("record", flat=True)
        batch = []
        for record in records.iterator(BATCH_SIZE):
            batch.append(search.script("mirror.add", search.entry(read_record(bytes(record)))))
            if len(batch) == search.INCIDENTS_PER_FILE:
                yield batch
                batch = []
        yield batch

    def write_static(self, name):
        """A static file, as the server sends it."""
        own = name.removeprefix(settings.STATIC_URL.lstrip("/"))
        if found := finders.find(own):
            self.tree.write(name, [Path(found).read_bytes()])
        else:
            with staticfiles_storage.open(own) as file:
                self.tree.write(name, file.chunks())


def gone_paths():
    """The addresses of incidents that are no longer public: the list of changes leads to them."""
    refs = PublicChange.objects.order_by("ref").values_list("ref", flat=True).distinct()
    public = PublicIncident.objects.values("ref")
    return (reverse("incident", args=[ref]) for ref in refs.exclude(ref__in=public).iterator(BATCH_SIZE))


def pieces(response):
    return response.streaming_content if response.streaming else [response.content]
