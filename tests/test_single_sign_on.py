"""Single sign-on, against a provider that runs here."""

import warnings
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import NoReverseMatch, reverse

from catalogue.environment import SettingsError
from roles.models import AccountEvent
from tests import single_sign_on_urls
from tests.test_settings import REQUIRED, load

PASSWORD = "chosen-by-me-8846"
ANNA = {"preferred_username": "anna", "name": "Anna Berg", "email": "anna@example.org"}

pytestmark = [
    pytest.mark.django_db,
    # What the provider that runs here is told by the libraries that it uses.
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]


class Company:
    """The provider, and the people it knows."""

    def __init__(self, address: str) -> None:
        self.address = address

    def knows(self, subject: str = "s-1", **claims: Any) -> None:
        """Let the provider know a person, from now on with just these claims."""
        requests.put(f"{self.address}/users/{subject}", json=claims, timeout=60).raise_for_status()

    def sends_back(self, address: str, subject: str = "s-1", **form: str) -> str:
        """The address to which it sends somebody who came, and signed in there."""
        answer = requests.post(address, data={"sub": subject, **form}, allow_redirects=False, timeout=60)
        return answer.headers["Location"]


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with warnings.catch_warnings(action="ignore"):
        from oidc_provider_mock import run_server_in_thread
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def company(provider: str, settings: Any) -> Company:
    """Single sign-on switched on, with two groups that it grants."""
    settings.ROOT_URLCONF = single_sign_on_urls.__name__
    settings.OIDC_SERVER_URL = provider
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "catalogue", "confidential"
    settings.OIDC_GROUPS = [("hr", "Editors"), ("hr-lead", "Reviewers"), ("everybody", "Viewers")]
    company = Company(provider)
    company.knows(**ANNA)
    return company


def leave(client: Client, **sent: str) -> str:
    """Where the sign-in leads to."""
    answer = client.post(reverse("single-sign-on"), sent)
    return answer["Refresh"].removeprefix("0; url=")


def sign_in(client: Client, company: Company, subject: str = "s-1", **sent: str) -> Any:
    """The answer to somebody who comes back from the provider."""
    return client.get(company.sends_back(leave(client, **sent), subject))


def signed_in(client: Client) -> User | None:
    return User.objects.filter(pk=client.session.get("_auth_user_id", 0)).first()


def groups(username: str = "anna") -> set[str]:
    return set(User.objects.get(username=username).groups.values_list("name", flat=True))


def test_somebody_new_gets_an_account_that_no_password_opens(client: Client, company: Company) -> None:
    assert sign_in(client, company, next="/roles/")["Location"] == "/roles/"
    anna = signed_in(client)
    assert anna is not None
    assert (anna.username, anna.get_full_name(), anna.email) == ("anna", "Anna Berg", "anna@example.org")
    assert not anna.has_usable_password()
    assert not anna.is_staff


def test_the_second_time_it_is_the_same_account_with_the_newest_name(
    client: Client, company: Company
) -> None:
    sign_in(client, company)
    company.knows(**ANNA | {"name": "Anna Tal", "preferred_username": "tal"})
    sign_in(Client(), company)
    assert [(user.username, user.last_name) for user in User.objects.all()] == [("anna", "Tal")]


def test_nothing_that_the_provider_says_beside_is_kept(client: Client, company: Company) -> None:
    sign_in(client, company)
    sign_in(Client(), company)
    assert [account.extra_data for account in SocialAccount.objects.all()] == [{}]
    assert not SocialToken.objects.exists()


# Groups


def test_groups_are_read_again_at_each_sign_in_and_those_given_by_hand_stay(
    client: Client, company: Company
) -> None:
    company.knows(**ANNA, groups=["hr", "kitchen"])
    sign_in(client, company)
    assert groups() == {"Editors"}
    assert User.objects.get().is_staff
    User.objects.get().groups.add(Group.objects.create(name="Council"))
    company.knows(**ANNA, groups=["hr-lead", "hr"])
    sign_in(client, company)
    assert groups() == {"Editors", "Reviewers", "Council"}
    company.knows(**ANNA)
    sign_in(client, company)
    assert groups() == {"Council"}
    assert not User.objects.get().is_staff


def test_who_may_only_read_does_not_open_the_admin(client: Client, company: Company) -> None:
    company.knows(**ANNA, groups="everybody")
    sign_in(client, company)
    assert (groups(), User.objects.get().is_staff) == ({"Viewers"}, False)


def test_groups_that_come_in_no_known_form_grant_nothing(client: Client, company: Company) -> None:
    company.knows(**ANNA, groups={"hr": True})
    sign_in(client, company)
    assert groups() == set()


def test_the_log_says_who_signed_in_how_and_what_it_gave(client: Client, company: Company) -> None:
    company.knows(**ANNA, groups=["hr"])
    sign_in(client, company)
    kinds = AccountEvent.objects.reverse().values_list("kind", flat=True)
    assert list(kinds) == ["created", "linked", "groups", "permissions", "signed-in-elsewhere"]


# Nobody takes over an account


@pytest.mark.parametrize("email", ["anna@example.org", "ANNA@example.org"])
def test_an_equal_email_address_opens_no_account(client: Client, company: Company, email: str) -> None:
    User.objects.create_user("berg", email, PASSWORD)
    answer = sign_in(client, company)
    assert (answer.status_code, signed_in(client)) == (403, None)
    assert "has an account with your e-mail address already" in answer.text
    assert User.objects.count() == 1


def test_an_equal_user_name_opens_no_account(client: Client, company: Company) -> None:
    User.objects.create_user("anna", password=PASSWORD)
    sign_in(client, company)
    user = signed_in(client)
    assert user is not None
    assert user.username == "anna-2"


@pytest.mark.parametrize(
    ("said", "name"), [("<b>Ä b</b>", "b.Ä.b.b"), ("", "person"), ("x" * 500, "x" * 140)]
)
def test_a_name_that_no_account_may_have_is_changed(
    client: Client, company: Company, said: str, name: str
) -> None:
    company.knows(preferred_username=said)
    sign_in(client, company)
    assert User.objects.get().username == name


def test_somebody_links_the_account_they_have(client: Client, company: Company) -> None:
    berg = User.objects.create_user("berg", "anna@example.org", PASSWORD)
    client.force_login(berg)
    page = reverse("password_change")
    assert "Link with your company account" in client.get(page).text
    assert sign_in(client, company, next=page)["Location"] == page
    assert "Your account is linked" in client.get(page).text
    other = Client()
    sign_in(other, company)
    assert signed_in(other) == berg


def test_nobody_links_what_is_linked_to_somebody_else(client: Client, company: Company) -> None:
    sign_in(Client(), company)
    berg = User.objects.create_user("berg", password=PASSWORD)
    client.force_login(berg)
    assert sign_in(client, company).status_code == 403
    assert SocialAccount.objects.get().user.username == "anna"


def test_who_signed_out_in_between_is_not_linked(client: Client, company: Company) -> None:
    berg = User.objects.create_user("berg", password=PASSWORD)
    client.force_login(berg)
    back = company.sends_back(leave(client))
    session = client.session
    del session["_auth_user_id"]
    session.save()
    assert client.get(back).status_code == 403
    assert not SocialAccount.objects.exists()


def test_who_is_deactivated_stays_out(client: Client, company: Company) -> None:
    sign_in(Client(), company)
    User.objects.update(is_active=False)
    answer = sign_in(client, company)
    assert (answer.status_code, signed_in(client)) == (403, None)
    assert "deactivated" in answer.text


# The protocol


def test_the_provider_is_asked_with_state_nonce_and_a_proof_key(client: Client, company: Company) -> None:
    asked = parse_qs(urlsplit(leave(client)).query)
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://testserver/accounts/single-sign-on/callback/"]


def test_an_answer_that_was_asked_for_elsewhere_is_refused(client: Client, company: Company) -> None:
    back = company.sends_back(leave(Client()))
    assert client.get(back).status_code == 403
    assert client.get(back.replace("state=", "state=x")).status_code == 403
    assert not User.objects.exists()


def test_an_answer_to_another_question_is_refused(client: Client, company: Company) -> None:
    asked = leave(client)
    nonce = parse_qs(urlsplit(asked).query)["nonce"][0]
    assert client.get(company.sends_back(asked.replace(nonce, "another"))).status_code == 403
    assert not User.objects.exists()


def test_an_answer_counts_once(client: Client, company: Company) -> None:
    back = company.sends_back(leave(client))
    assert [client.get(back).status_code for _time in range(2)] == [302, 403]


@pytest.mark.parametrize(
    "query", ["", "?error=access_denied", "?code=%00", "?state=x&code=y", "?state=a&state=b"]
)
def test_whatever_comes_back_is_answered(client: Client, company: Company, query: str) -> None:
    assert client.get(reverse("single-sign-on-callback") + query).status_code == 403


def test_who_cancels_there_is_told_so(client: Client, company: Company) -> None:
    back = company.sends_back(leave(client), action="deny")
    assert client.get(back).status_code == 403


def test_a_provider_that_is_down_is_no_fault_of_the_page(
    client: Client, company: Company, settings: Any
) -> None:
    settings.OIDC_SERVER_URL = "http://localhost:9"
    answer = client.post(reverse("single-sign-on"))
    assert (answer.status_code, "does not answer" in answer.text) == (503, True)


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere_afterwards(client: Client, company: Company, address: str) -> None:
    assert sign_in(client, company, next=address)["Location"] == "/"


def test_no_other_page_of_the_library_answers(client: Client, company: Company) -> None:
    for name in ("account_signup", "account_login", "socialaccount_signup", "socialaccount_connections"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    for address in ("/accounts/signup/", "/accounts/email/", "/accounts/social/signup/", "/accounts/oidc/"):
        assert client.get(address).status_code == 404
    assert client.get(reverse("single-sign-on")).status_code == 405


# How it is switched on


def test_the_page_of_the_sign_in_offers_both_ways(client: Client, company: Company, settings: Any) -> None:
    page = client.get(reverse("login")).text
    assert "Sign in with your company account" in page
    assert 'name="password"' in page
    assert client.get("/admin/login/?next=/admin/")["Location"] == "/accounts/login/?next=/admin/"
    settings.OIDC_ONLY = True
    assert 'name="password"' not in client.get(reverse("login")).text


def test_no_password_opens_an_account_where_single_sign_on_is_the_only_way(
    client: Client, company: Company, settings: Any
) -> None:
    settings.OIDC_ONLY = True
    settings.AUTHENTICATION_BACKENDS = [
        "axes.backends.AxesStandaloneBackend",
        "catalogue.single_sign_on.NoPasswords",
    ]
    User.objects.create_user("berg", password=PASSWORD)
    client.post(reverse("login"), {"username": "berg", "password": PASSWORD})
    assert signed_in(client) is None
    company.knows(**ANNA, groups=["hr"])
    sign_in(client, company)
    assert client.get(reverse("admin:roles_role_changelist")).status_code == 200


def test_off_there_is_no_trace_of_it(client: Client) -> None:
    assert "company" not in client.get(reverse("login")).text
    for address in ("/accounts/single-sign-on/", "/accounts/single-sign-on/callback/"):
        assert client.post(address).status_code == 404


def test_signing_in_is_open_where_reading_is_not(client: Client, company: Company, settings: Any) -> None:
    settings.READ_ACCESS = "login"
    assert sign_in(client, company, next="/roles/")["Location"] == "/roles/"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"OIDC_SERVER_URL": "https://login.example.org"}, "OIDC_CLIENT_ID is not set, but OIDC_SERVER_URL"),
        ({"OIDC_SERVER_URL": "http://login.example.org"}, "OIDC_SERVER_URL is 'http://login.example.org'"),
        ({"OIDC_GROUPS": "hr"}, "OIDC_GROUPS holds a part without two sides"),
        ({"OIDC_ONLY": "perhaps"}, "OIDC_ONLY is 'perhaps'"),
        ({"ACCOUNT_LOG_DAYS": "0"}, "ACCOUNT_LOG_DAYS is '0'"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load(monkeypatch, **REQUIRED, **values)
    assert said in str(caught.value)


def test_the_environment_switches_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "OIDC_SERVER_URL": "https://login.example.org/realm/",
        "OIDC_CLIENT_ID": "catalogue",
        "OIDC_CLIENT_SECRET": "confidential",
        "OIDC_GROUPS": "CN=hr=Editors, lead=Reviewers",
        "OIDC_ONLY": "yes",
    }
    settings = load(monkeypatch, **REQUIRED, **values)
    assert settings["OIDC_SERVER_URL"] == "https://login.example.org/realm"
    assert settings["OIDC_GROUPS"] == [("CN=hr", "Editors"), ("lead", "Reviewers")]
    assert settings["AUTHENTICATION_BACKENDS"][-1] == "catalogue.single_sign_on.NoPasswords"
