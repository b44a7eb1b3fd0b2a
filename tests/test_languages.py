"""The languages of the pages: which one is spoken, how one chooses, and what their catalogues hold."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation
from django.utils.formats import localize
from pytest_django import Settings

from catalogue import translations
from roles.models import PasswordChangeDue

# %(name)s, {name}, %s
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")
LANGUAGES = translations.languages()


@pytest.fixture
def german() -> Iterator[None]:
    """German is spoken meanwhile."""
    with translation.override("de"):
        yield


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "spoken"), [("de-AT,de;q=0.9", "de"), ("fr", "en"), ("en-US,de", "en")])
def test_a_page_speaks_what_the_browser_asks_for(client: Client, asked: str, spoken: str) -> None:
    page = client.get("/roles/", headers={"Accept-Language": asked})
    assert f'<html lang="{spoken}"' in page.text
    assert page["Content-Language"] == spoken
    assert {"Accept-Language", "Cookie"} <= {name.strip() for name in page["Vary"].split(",")}


@pytest.mark.django_db
def test_who_chooses_a_language_stays_on_the_page_and_keeps_it(client: Client) -> None:
    answer = client.post("/language/", {"language": "de", "next": "/roles/?q=data"})
    assert (answer.status_code, answer["Location"]) == (302, "/roles/?q=data")
    assert 'lang="de"' in client.get("/roles/", headers={"Accept-Language": "en"}).text


@pytest.mark.django_db
def test_the_choice_leads_to_no_other_site(client: Client) -> None:
    answer = client.post("/language/", {"language": "de", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


@pytest.mark.django_db
def test_whoever_only_reads_gets_no_cookie_and_can_choose_a_language_all_the_same() -> None:
    reader = Client(enforce_csrf_checks=True)
    assert not reader.get("/").cookies
    assert reader.post("/language/", {"language": "de"}).status_code == 302


@pytest.mark.django_db
def test_it_is_open_before_sign_in(client: Client, settings: Settings) -> None:
    settings.READ_ACCESS = "login"
    answer = client.post("/language/", {"language": "de", "next": "/accounts/login/"})
    assert answer["Location"] == "/accounts/login/"
    assert 'action="/language/"' in client.get("/accounts/login/").text


@pytest.mark.django_db
def test_it_is_open_before_a_password_is_changed(client: Client) -> None:
    user = User.objects.create_user("editor")
    PasswordChangeDue.objects.create(user=user)
    client.force_login(user)
    assert client.post("/language/", {"language": "de", "next": "/x/"})["Location"] == "/x/"


@pytest.mark.usefixtures("german")
def test_numbers_are_written_as_the_language_does() -> None:
    assert localize(12345) == "12.345"


def test_each_language_has_a_catalogue_and_each_catalogue_is_offered() -> None:
    assert set(LANGUAGES) == {code for code, _name in settings.LANGUAGES} - {"en"}


def test_texts_are_found_in_python_and_in_templates_with_plural_and_context(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "code.py").write_text('pgettext("verb", "Open")\nngettext("%s a", "%s b", n)\n')
    (tmp_path / "app" / "page.html").write_text(
        '  <p title="{% translate "It\'s 5%" %}">\n{% blocktranslate trimmed count n=n %}\n  one\n'
        "  {{ n }} line{% plural %}{{ n }} lines{% endblocktranslate %}</p>"
    )
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    monkeypatch.setattr(translations, "SOURCES", {"app"})
    monkeypatch.setattr(translations, "package", lambda name: tmp_path / name)
    found = {(message.context, message.id) for message in translations.marked("de") if message.id}
    assert found == {
        ("verb", "Open"),
        (None, ("%s a", "%s b")),
        (None, "It's 5%%"),
        (None, ("one %(n)s line", "%(n)s lines")),
    }


def test_the_themes_texts_are_found_unless_django_says_them_already() -> None:
    found = {message.id for message in translations.marked("de")}
    assert "Reset filters" in found
    assert "Log out" not in found


def test_an_update_keeps_translations_adds_new_texts_and_drops_old_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translations, "LOCALES", tmp_path)
    (tmp_path / "de" / "LC_MESSAGES").mkdir(parents=True)
    monkeypatch.setattr(translations, "marked", lambda language: catalog("Kept", "Gone"))
    translations.path("de").write_bytes(
        translations.updated("de").replace(b'"Kept"\nmsgstr ""', b'"Kept"\nmsgstr "Bleibt"')
    )
    monkeypatch.setattr(translations, "marked", lambda language: catalog("Kept", "New"))
    text = translations.updated("de").decode()
    assert 'msgid "Kept"\nmsgstr "Bleibt"' in text
    assert 'msgid "New"\nmsgstr ""' in text
    assert "Gone" not in text


def catalog(*texts: str) -> Catalog:
    """A catalogue of these texts, without translations."""
    found = Catalog()
    for text in texts:
        found.add(text)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_update_is_repeatable(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    once = translations.updated(language)
    monkeypatch.setattr(translations, "LOCALES", tmp_path)
    translations.path(language).parent.mkdir(parents=True)
    translations.path(language).write_bytes(once)
    assert translations.updated(language) == once


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_the_file_says(language: str) -> None:
    compiled = translations.path(language, "mo")
    assert compiled.exists(), "Run `make install`."
    assert compiled.stat().st_mtime >= translations.path(language).stat().st_mtime, "Run `make install`."


def test_a_text_that_lacks_a_form_stays_in_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "LOCALES", tmp_path)
    translations.path("de").parent.mkdir(parents=True)
    translations.path("de").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] ""\n\nmsgid "d"\nmsgstr "e"\n'
    )
    translations.compile_texts("de")
    compiled = translations.path("de", "mo").read_bytes()
    assert b"d\x00" in compiled
    assert b"a\x00b" not in compiled


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_text(language: str) -> None:
    wrong: list[object] = []
    for message in translations.translated(language):
        if isinstance(message.id, tuple | list):
            known = placeholders("".join(message.id))
            wrong += [text for text in message.string or () if not placeholders(text) <= known]
        elif message.string and placeholders(str(message.string)) != placeholders(message.id):
            wrong.append(str(message.string))
    assert wrong == []


def placeholders(text: str) -> set[str]:
    """The places of a text that are filled in when it is shown."""
    return set(PLACEHOLDER.findall(text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_every_marked_text_and_no_other(language: str) -> None:
    marked = {(message.context, message.id) for message in translations.marked(language)}
    held = {(message.context, message.id) for message in translations.translated(language)}
    assert held - marked == set(), "Run `make messages`."
    assert marked - held == set(), "Run `make messages`."


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_in_all_its_forms(language: str) -> None:
    catalog = translations.translated(language)
    wanting = []
    for message in catalog:
        plural = isinstance(message.id, tuple | list)
        forms = list(message.string or ()) if plural else [message.string]
        number = catalog.num_plurals if plural else 1
        if message.id and (message.fuzzy or len(forms) != number or not all(forms)):
            wanting.append(message.id)
    assert wanting == []
