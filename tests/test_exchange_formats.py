"""Files of spreadsheets, out and in again, whatever stands in their cells."""

import io
import zipfile

import openpyxl
import pytest
import tablib
from hypothesis import given
from hypothesis import strategies as st

from roles.exchange import formats
from roles.exchange.cells import TOO_LONG, Unreadable, as_text, harmless, plain
from roles.exchange.formats import CSV, FORMATS, XLSX, NoTable, read

hostile = st.text(
    st.sampled_from("=+-@'\"\t\r\n,; a1_x000D_ÄßＡ＝－🙂\x0b\ufffe")
    | st.characters(exclude_categories=["Cs"]),
    max_size=12,
).filter(lambda text: "\0" not in text)


@given(hostile)
def test_what_is_made_harmless_comes_back_as_it_was(text: str) -> None:
    assert plain(harmless(text)) == text


@given(hostile)
def test_nothing_that_is_written_begins_like_a_formula(text: str) -> None:
    assert harmless(text)[:1] not in set("=+-@\t\r\n＝－＋＠")


@pytest.mark.parametrize("ending", FORMATS)
@given(table=st.lists(st.tuples(hostile, hostile), max_size=3))
def test_a_table_comes_back_from_its_file_as_it_was(ending: str, table: list[tuple[str, str]]) -> None:
    kept = [row for row in table if any(row)]
    data = FORMATS[ending]().export_data(tablib.Dataset(*table, headers=["one", "two"]))
    found = read(f"file.{ending}", data, ["one", "two"])
    assert [row for row in found if any(row)] == kept


def test_cells_of_an_excel_file_are_text_whatever_they_look_like() -> None:
    data = XLSX().export_data(tablib.Dataset(["=1+1", "007"], headers=["one", "two"]))
    [_headings, cells] = openpyxl.load_workbook(io.BytesIO(data)).active.rows
    assert [(cell.data_type, cell.number_format, cell.value) for cell in cells] == [
        ("s", "@", "'=1+1"),
        ("s", "@", "007"),
    ]


def test_a_text_that_no_cell_holds_is_told_from_others() -> None:
    data = XLSX().export_data(tablib.Dataset(["a" * 32_768, "b" * 32_767], headers=["one", "two"]))
    assert list(read("f.xlsx", data, [])[0]) == [TOO_LONG, "b" * 32_767]


def test_a_csv_file_holds_texts_of_any_length() -> None:
    text = "long " * 50_000
    data = CSV().export_data(tablib.Dataset([text], headers=["one"]))
    assert read("f.csv", data, [])[0] == (text,)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_is_read_as_excel_writes_it_anywhere(encoding: str, separator: str) -> None:
    data = f'slug{separator}name\r\npfl{separator}"Pfleger; Größe, 5 €"\r\n'.encode(encoding)
    assert read("f.csv", data, ["slug", "name"]).dict == [{"slug": "pfl", "name": "Pfleger; Größe, 5 €"}]


def test_a_file_may_name_its_separator() -> None:
    assert read("f.csv", b"sep=|\r\na|b\r\n1|2\r\n", []).dict == [{"a": "1", "b": "2"}]


def test_rows_keep_the_numbers_that_spreadsheets_show() -> None:
    assert len(read("f.csv", b"slug,name\n\na,A\n,\n\n", ["slug"])) == 2


@pytest.mark.parametrize(
    ("value", "text"), [(7, "7"), (7.0, "7"), (7.5, "7.5"), (True, "yes"), (None, ""), ("x", "x")]
)
def test_numbers_are_the_texts_that_somebody_typed(value: object, text: str) -> None:
    assert as_text(value) == text


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_formula_is_no_value() -> None:
    [cell] = read("f.xlsx", workbook(["name"], ["=A1"]), [])[0]
    assert isinstance(cell, Unreadable)


def sheet_with(xml: str) -> bytes:
    """An Excel file whose sheet has these rows."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(["name"]))) as before, zipfile.ZipFile(stream, "w") as after:
        for part in before.namelist():
            data = before.read(part)
            if part.endswith("sheet1.xml"):
                data = data.partition(b"<sheetData")[0] + f"<sheetData>{xml}</sheetData></worksheet>".encode()
            after.writestr(part, data)
    return stream.getvalue()


def test_a_file_that_says_it_has_endless_rows_is_refused() -> None:
    row = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>x</t></is></c></row>'
    with pytest.raises(NoTable):
        read("f.xlsx", sheet_with(row.format(1) + row.format(10**15)), [])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"PK\x03\x04 no zip",
        b"a,a\n1,2",
        b'a,"b\nunclosed',
        b"a\0b",
        b"\xff\xfe\x00",
        b"\x81\x8d\x8f",
        ",".join(map(str, range(100))).encode(),
        workbook(["a"])[:-200],
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(NoTable, match=r"\."):
        read("f", data, [])


def test_files_of_other_programs_are_refused_by_name() -> None:
    with pytest.raises(NoTable, match="Excel Workbook"):
        read("roles.xls", b"\xd0\xcf\x11\xe0", [])


@pytest.mark.parametrize("limit", ["MAX_BYTES", "MAX_UNPACKED", "MAX_PARTS", "MAX_ROWS", "MAX_COLUMNS"])
def test_a_file_is_read_within_limits(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(formats, limit, 1)
    with pytest.raises(NoTable):
        read("f.xlsx", workbook(["a", "b"], ["1", "2"], ["3", "4"]), [])
