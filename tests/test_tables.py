"""A researcher's spreadsheet becomes drafts, row by row, all or nothing, and the same file again changes nothing."""

import io
from datetime import date, datetime

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from openpyxl import Workbook

from incidents import reviewing
from incidents.admin import tables
from incidents.models import Action, ImportedRow, ImportedTable, Incident, Party, Platform, Source, Work
from incidents.table_files import MAX_ROWS, UnreadableTableError, read_table

from .factories import make_account, make_action, make_incident, make_platform
from .test_admin import address
from .test_logging import desk  # noqa: F401

COLUMNS = [
    "ID",
    "Title",
    "Platform",
    "Who",
    "What was done",
    "Date",
    "URL",
    "Title of the source",
    "Quotation",
]
ROW = [
    "1", "Weibo closes the account of a reading group", "Weibo", "a reading group", "Account closed", "2021-07-06",
    "https://news.example/a", "Weibo closes accounts", "The account was closed.",
]  # fmt: skip
OTHER = [
    "2", "Zoom ends a meeting on the fourth of June", "Zoom", "", "Meeting or event ended", "", "https://news.example/b",
    "A meeting ends", "The meeting was ended.",
]  # fmt: skip


def with_cells(row, **cells):
    return [cells.get(column.replace(" ", "_"), text) for column, text in zip(COLUMNS, row, strict=True)]


def csv_of(*rows, columns=COLUMNS, delimiter=","):
    return "\n".join(delimiter.join(f'"{text}"' for text in row) for row in (columns, *rows)).encode()


def xlsx_of(*rows):
    workbook, out = Workbook(), io.BytesIO()
    for row in rows:
        workbook.active.append(row)
    workbook.save(out)
    return out.getvalue()


class TestFiles:
    def read(self, content):
        table = read_table(io.BytesIO(content))
        return table.columns, table.rows

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_csv_is_read_whatever_its_delimiter_and_unicode_encoding(self, delimiter, encoding):
        text = csv_of(["微博", "two\nlines"], columns=["a", "b"], delimiter=delimiter).decode()

        assert self.read(text.encode(encoding)) == (["a", "b"], [(2, ["微博", "two\nlines"])])

    def test_cells_of_a_workbook_are_read_as_they_are_seen(self):
        rows = [
            ["day", "moment", "number", "text", "none"],
            [date(2020, 6, 7), datetime(2020, 6, 7), 12.0, " x ", None],
        ]

        assert self.read(xlsx_of(*rows)) == (rows[0], [(2, ["2020-06-07", "2020-06-07", "12", "x", ""])])

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            ("a,b\n微博,x\n".encode("gbk"), "line 2: This is not UTF-8 text."),
            (b"a,b\n1,2,3\n", "line 2: This row has more cells"),
            (b"a,a\n1,2\n", "line 1: Two columns are called “a”."),
            (b"a,b\n", "There are no rows"),
            (b'a,b\n"x"y,2\n', "line 2: This is not CSV"),
            (b"\xd0\xcf\x11\xe0" + b"x" * 10, "old Excel file"),
            (b"PK\x03\x04 broken", "not a readable .xlsx file"),
            (b"a\n" + b"x\n" * (MAX_ROWS + 1), f"line {MAX_ROWS + 2}: A table can have at most"),
            (b"x" * 10_000_001, "at most 10 MB"),
            (xlsx_of(["a", "b"], ["x", "=1+1"]), "line 2: Cell B2 holds a formula."),
            (xlsx_of(["a"], ["#REF!"]), "line 2: Cell A2 holds an error, #REF!."),
            (b"a\0b", "neither CSV nor XLSX"),
        ],
    )
    def test_what_cannot_be_read_for_certain_is_refused_with_its_place(self, content, reason):
        with pytest.raises(UnreadableTableError) as error:
            self.read(content)

        assert reason in str(error.value)


@pytest.fixture
def importing(db, tmp_path, capsys):
    """`importing(rows, …)` runs the command on a file with these rows; the answer is its output."""
    user = User.objects.create_user("researcher", is_staff=True)
    user.groups.add(Group.objects.get(name="researcher"))

    def run(*rows, **options):
        path = tmp_path / "cases.csv"
        path.write_bytes(csv_of(*rows))
        call_command("import_table", str(path), user="researcher", **options)
        return capsys.readouterr().out

    return run


def test_rows_become_cited_drafts_of_whoever_imports_them(importing):
    said = importing(ROW, OTHER)

    assert "2 new, 0 changed, 0 unchanged, 0 doubtful, 0 refused" in said
    assert "new platform: Weibo" in said
    incident = Incident.objects.get(title=ROW[1])
    action = incident.actions.get()
    assert (incident.publication, incident.created_by.username) == ("draft", "researcher")
    assert (action.type, action.start, action.account.platform.name) == ("terminated", "2021-07-06", "Weibo")
    assert {citation.quote for citation in incident.citations.all()} == {"The account was closed."}
    holder = Party.objects.get()
    assert (holder.public_label, holder.at_risk, holder.name_public, holder.cleared) == (
        "a reading group",
        True,
        False,
        False,
    )


def test_the_same_file_again_changes_nothing(importing):
    importing(ROW, OTHER)
    before = {
        model: model.objects.count() for model in (Incident, Action, Source, Party, Platform, ImportedRow)
    }
    histories = Incident.history.count()

    assert "0 new, 0 changed, 2 unchanged" in importing(ROW, OTHER)

    assert {model: model.objects.count() for model in before} == before
    assert Incident.history.count() == histories


def test_a_changed_row_changes_its_draft_and_nothing_that_an_editor_has_changed(importing):
    importing(ROW)
    action = Action.objects.get()

    assert "1 changed" in importing(with_cells(ROW, Date="2021-07-08", Title="Weibo closes an account"))
    assert Action.objects.get().start == "2021-07-08"
    assert Incident.objects.get().title == "Weibo closes an account"

    action.refresh_from_db()
    action.start = "2021-07-09"
    action.save()
    with pytest.raises(CommandError):
        importing(with_cells(ROW, Date="2021-07-10"))
    assert Action.objects.get().start == "2021-07-09"


def test_a_row_whose_incident_is_no_longer_a_draft_is_refused(importing, capsys):
    importing(ROW)
    Incident.objects.update(publication="in_review")

    with pytest.raises(CommandError):
        importing(with_cells(ROW, Date="2021-07-08"))

    assert "is no longer a draft" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"Date": "7/6/2021"}, "Date: "),
        (
            {"What_was_done": "banned"},
            "What was done: “banned” is not one of the choices: Account suspended; ",
        ),
        ({"Title": ""}, "Title: This field is required."),
        (
            {"Platform": "Weibbo"},
            "Platform: “Weibbo” may be one of these on record; write the name it has there, or its slug: Weibo",
        ),
        ({"URL": "nonsense"}, "URL: Enter a full URL"),
    ],
)
def test_one_row_that_cannot_be_imported_keeps_all_others_out(importing, capsys, cells, reason):
    make_platform(name="Weibo")

    with pytest.raises(CommandError, match="Nothing was written"):
        importing(OTHER, with_cells(ROW, **cells))

    assert f"line 3: refused: {reason}" in capsys.readouterr().err
    assert not Incident.objects.exists()
    assert not Party.objects.exists()


def test_what_a_refused_row_would_add_is_not_taken_for_added(importing, capsys):
    with pytest.raises(CommandError):
        importing(with_cells(ROW, Date="7/6/2021"), with_cells(ROW, ID="3", Title="Weibo reopens a page"))

    captured = capsys.readouterr()
    assert captured.err.count(": refused: ") == 1
    assert captured.out.count("new platform: Weibo") == 1


def test_a_row_twice_in_a_file_is_refused(importing):
    with pytest.raises(CommandError):
        importing(ROW, ROW)


@pytest.mark.parametrize(("doubtful", "incidents"), [("ask", 1), ("skip", 2), ("take", 3)])
def test_a_row_that_may_be_on_record_is_doubtful(importing, doubtful, incidents):
    account = make_account(platform=make_platform(name="Weibo"), holder=None)
    make_action(
        make_incident(title="Weibo closed the account of a reading group"), account=account, start="2020"
    )

    if doubtful == "ask":
        with pytest.raises(CommandError):
            importing(ROW, OTHER)
    else:
        importing(with_cells(ROW), OTHER, doubtful=doubtful)

    assert Incident.objects.count() == incidents


def test_what_a_column_is_can_be_said_and_is_kept(importing):
    with pytest.raises(CommandError, match="columns are ID; Title"):
        importing(ROW, map=["Nothing=title"])

    importing(ROW, map=["Who="])
    assert not Party.objects.exists()

    importing(OTHER)
    assert ImportedTable.objects.get().mapping["Who"] == ""


def test_nobody_imports_who_may_not_log(importing, tmp_path):
    User.objects.create_user("stranger")
    (tmp_path / "cases.csv").write_bytes(csv_of(ROW))

    with pytest.raises(CommandError, match="not a user who may log incidents"):
        call_command("import_table", str(tmp_path / "cases.csv"), user="stranger")


@pytest.fixture
def after_each_step(monkeypatch):
    """Rows are written in steps of one; `after_each_step.append(act)` has something done when others can write, too."""
    acts = []
    monkeypatch.setattr(tables, "MAX_ROWS_AT_ONCE", 1)
    monkeypatch.setattr(tables, "STEP_SECONDS", 0)
    monkeypatch.setattr(tables, "pause", lambda using: [act() for act in acts])
    return acts


DATED = [with_cells(each, Date="2021-07-08") for each in (ROW, OTHER)]


def date_the_last_action(day):
    action = Action.objects.latest("pk")
    action.start = day
    action.save()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
class TestLongTables:
    def test_others_can_write_between_the_rows_of_a_long_table(self, importing, after_each_step):
        seen = []
        after_each_step.append(lambda: seen.append((Incident.objects.count(), connection.in_atomic_block)))

        importing(ROW, OTHER)

        assert seen == [(1, False), (2, False)]

    def test_nothing_is_written_before_all_rows_were_tried(self, importing, after_each_step):
        after_each_step.append(lambda: pytest.fail("A row was written."))

        with pytest.raises(CommandError, match="Nothing was written"):
            importing(OTHER, with_cells(ROW, Date="7/6/2021"))
        importing(ROW, OTHER, dry_run=True)

        assert (Incident.objects.count(), Party.objects.count(), ImportedRow.objects.count()) == (0, 0, 0)

    def test_what_was_changed_meanwhile_ends_the_import_and_the_same_file_completes_it(
        self, importing, after_each_step, capsys
    ):
        importing(ROW, OTHER)
        after_each_step.append(lambda: date_the_last_action("2021-07-09"))

        with pytest.raises(CommandError, match="was imported in part"):
            importing(*DATED)
        captured = capsys.readouterr()
        assert "1 changed, 0 unchanged, 0 doubtful, 1 refused" in captured.out
        assert "line 3: refused: Date: It was changed on the editing desk since." in captured.err
        after_each_step.clear()
        date_the_last_action("2021-07-08")

        assert "1 changed, 1 unchanged" in importing(*DATED)

    def test_the_page_says_so(self, desk, after_each_step):  # noqa: F811
        boxes = TestPages().boxes(**{"import": "1"})
        desk.post(TestPages().upload(desk, csv_of(ROW, OTHER)).headers["Location"], boxes)
        after_each_step.append(lambda: date_the_last_action("2021-07-09"))

        url = TestPages().upload(desk, csv_of(*DATED)).headers["Location"]
        page = desk.post(url, boxes).content.decode()

        assert "Imported in part" in page
        assert "nothing is imported" not in page


@pytest.mark.django_db
class TestPages:
    def upload(self, desk, content):  # noqa: F811
        file = SimpleUploadedFile("cases.csv", content)
        return desk.post(address("incident_import"), {"file": file, "name": "Cases"})

    def boxes(self, **changes):
        mapping = [
            "row_key",
            "title",
            "platform",
            "holder",
            "type",
            "start",
            "source_url",
            "source_title",
            "quote",
        ]
        return {f"column-{place}": name for place, name in enumerate(mapping)} | changes

    @pytest.mark.slow
    def test_a_file_is_uploaded_looked_at_and_imported(self, desk):  # noqa: F811
        page = self.upload(desk, csv_of(ROW, OTHER))
        url = page.headers["Location"]

        shown = desk.get(url)
        assert shown.context["report"].counts == {"new": 2}
        assert {name: each.initial for name, each in shown.context["form"].fields.items()} == self.boxes()
        assert not Incident.objects.exists()

        assert desk.post(url, self.boxes(**{"import": "1"})).status_code == 302
        assert Incident.objects.count() == 2
        assert ImportedTable.objects.get().pending is None
        assert desk.get(url).status_code == 404

    @pytest.mark.slow
    def test_columns_are_chosen_and_each_field_once(self, desk):  # noqa: F811
        url = self.upload(desk, csv_of(ROW)).headers["Location"]

        twice = desk.post(url, self.boxes(**{"column-2": "title", "import": "1"}))
        assert "Two columns cannot be the same field." in twice.content.decode()

        shown = desk.post(url, self.boxes(**{"column-3": ""}))
        assert shown.context["report"].counts == {"new": 1}
        assert not Party.objects.exists()
        assert not Incident.objects.exists()

    @pytest.mark.slow
    def test_what_is_refused_is_shown_with_its_line_and_reason(self, desk):  # noqa: F811
        url = self.upload(desk, csv_of(OTHER, with_cells(ROW, Date="7/6/2021"))).headers["Location"]

        page = desk.post(url, self.boxes(**{"import": "1"}))

        first = page.context["rows"][0]["row"]
        assert (first.line, first.outcome, len(first.reasons)) == (3, "refused", 1)
        assert "Nothing was imported" in page.content.decode()
        assert not Incident.objects.exists()

    def test_a_row_whose_draft_is_for_named_people_only_is_refused_to_others(self, desk):  # noqa: F811
        url = self.upload(desk, csv_of(ROW)).headers["Location"]
        desk.post(url, self.boxes(**{"import": "1"}))
        draft, others = Incident.objects.get(), User.objects.create_user("others")
        User.objects.get(username="some editor").groups.set([Group.objects.get(name="researcher")])
        reviewing.limit(draft, is_limited=True, named=[], by=others)
        Incident.objects.update(created_by=others)
        Work.objects.update(claimed_by=None)

        for row in (ROW, with_cells(ROW, Title="Another title")):
            page = desk.post(
                self.upload(desk, csv_of(row)).headers["Location"], self.boxes(**{"import": "1"})
            )
            assert (page.status_code, page.context["report"].counts) == (200, {"refused": 1})
            assert f"incident/{draft.pk}/" not in page.content.decode()
        assert Incident.objects.get().title == ROW[1]

    def test_an_unreadable_file_is_refused_at_its_box(self, desk):  # noqa: F811
        page = self.upload(desk, "a\n微博\n".encode("gbk"))

        assert "line 2: This is not UTF-8 text." in page.content.decode()

    def test_who_may_not_log_has_no_such_page(self, client):
        user = User.objects.create_user("administrator", is_staff=True)
        client.force_login(user)

        assert client.get(address("incident_import")).status_code == 403
