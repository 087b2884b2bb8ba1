"""Django's and DRF's test clients: what is repeated is what was sent, and the client does not notice."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import pytest

from pytest_prodready._inbound import django
from pytest_prodready._inbound.regexes import template
from pytest_prodready._runtime.patcher import Patcher
from pytest_prodready._runtime.recorder import Recorder
from pytest_prodready.testing import Run, Specimen

INI = """
[pytest]
DJANGO_SETTINGS_MODULE = settings
pythonpath = .
asyncio_default_fixture_loop_scope = function
filterwarnings =
    error
    ignore:Module already imported so cannot be rewritten
"""

SETTINGS = """
SECRET_KEY = "tests"
INSTALLED_APPS = [
    "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.messages",
    "django.contrib.sessions", "rest_framework",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "OPTIONS": {
        "loaders": [("django.template.loaders.locmem.Loader", {"page.html": "page {{ name }}"})],
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ],
    },
}]
ROOT_URLCONF = "urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
USE_I18N = True
"""

URLS = """
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import include, path, re_path
from django.views.generic import CreateView, TemplateView, View
from rest_framework.decorators import api_view
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter
from rest_framework.viewsets import ViewSet

SEEN = []


def echo(request, **kwargs):
    SEEN.append((
        request.method, request.get_full_path(), sorted(request.headers.items()), request.body,
        sorted(request.session.items()), str(request.user),
    ))
    return JsonResponse({"size": len(request.body)})


async def echo_async(request):
    SEEN.append((request.method, request.get_full_path(), sorted(request.headers.items()), request.body))
    return JsonResponse({})


def visit(request):
    request.session["visits"] = request.session.get("visits", 0) + 1
    SEEN.append((request.session["visits"], request.headers.get("cookie")))
    return HttpResponse()


def upload(request):
    file = request.FILES["f"]
    SEEN.append((request.content_type, file.name, file.read(), dict(request.POST)))
    return HttpResponse()


def away(request):
    answer = HttpResponseRedirect("/echo/")
    answer.status_code = 307
    return answer




def page(request):
    SEEN.append(0)
    return render(request, "page.html", {"name": len(SEEN)})


def second_breaks(request):
    SEEN.append(0)
    if len(SEEN) > 1:
        raise KeyError("the second")
    return HttpResponse()


def breaks(request):
    raise KeyError("no")


def stream(request):
    SEEN.append(0)
    return StreamingHttpResponse(part for part in (b"a", b"b"))


class Form(CreateView):
    pass


class Thing(View):
    def post(self, request, pk): return HttpResponse()
    def delete(self, request, pk): return HttpResponse()


class Orders(ViewSet):
    def list(self, request, format=None):
        return Response([])

    def create(self, request):
        SEEN.append((str(request.user), request.data))
        return Response({}, status=201)

    def retrieve(self, request, pk=None, format=None):
        return Response({})


@api_view(["PUT"])
def replace(request, name):
    return Response({})


router = DefaultRouter()
router.register("orders", Orders, basename="order")
urlpatterns = [
    path("echo/", echo), path("async/", echo_async), path("visit/", visit), path("upload/", upload),
    path("away/", away), path("page/", page), path("second/", second_breaks), path("breaks/", breaks),
    path("stream/", stream), path("admin/", admin.site.urls), path("api/", include(router.urls)),
    path("forms/", Form.as_view()), path("things/<int:pk>/", Thing.as_view()),
    re_path(r"^old/(?P<year>[0-9]{4})/(?:(?P<part>\\\\w+)/)?$", echo), path("names/<slug:name>", replace),
    *i18n_patterns(path("about/", TemplateView.as_view(template_name="page.html"))),
]
"""

CONFTEST = """
import pytest
import urls


@pytest.fixture(autouse=True)
def pairs(request):
    urls.SEEN.clear()
    yield
    seen = urls.SEEN
    print("PAIRS", request.node.originalname, len(seen), all(a == b for a, b in zip(seen[::2], seen[1::2])))

"""

TESTS = """
import io

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import AsyncClient, Client, SimpleTestCase, TestCase
from rest_framework.test import APIClient

pytestmark = [pytest.mark.idempotent, pytest.mark.django_db]


def test_json(client): client.post("/echo/", {"a": [1, "é"]}, content_type="application/json")
def test_form(client): client.post("/echo/?q=1&q=é", {"a": "1", "b": "x y"}, HTTP_X_ONE="1")
def test_bytes(client): client.put("/echo/", b"\\x00raw", content_type="application/octet-stream")
def test_empty(client): client.delete("/echo/")


def test_file(client):
    client.post("/upload/", {"f": SimpleUploadedFile("n.txt", b"\\x00\\xff"), "a": "1"})


def test_session(client):
    client.force_login(get_user_model().objects.create(username="ada"))
    before = client.cookies["sessionid"].value
    assert client.post("/echo/", {"a": "1"}).wsgi_request.user.username == "ada"
    assert client.cookies["sessionid"].value == before


def test_jar(client):
    client.post("/visit/")
    assert client.cookies["sessionid"].value == client.session.session_key
    assert client.session["visits"] == 1
    print("UNNOTICED jar")


def test_redirect(client):
    answer = client.post("/away/", {"a": "1"}, follow=True)
    assert answer.json()["size"] and answer.redirect_chain == [("/echo/", 307)]


def test_forced_user():
    client = APIClient()
    client.force_authenticate(get_user_model()(username="ada"))
    assert client.post("/api/orders/", {"a": 1}, format="json").status_code == 201


def test_templates(client):
    answer = client.post("/page/")
    assert [one.name for one in answer.templates] == ["page.html"]
    assert answer.context["name"] == 1


def test_second_breaks(client):
    assert client.post("/second/").status_code == 200
    assert client.exc_info is None
    with pytest.raises(KeyError, match="the second"):
        client.post("/second/")
    print("UNNOTICED exception")


def test_breaks(client):
    with pytest.raises(KeyError, match="no"):
        client.post("/breaks/")
    assert Client(raise_request_exception=False).post("/breaks/").status_code == 500


def test_stream(client):
    assert b"".join(client.post("/stream/").streaming_content) == b"ab"


class TestOfUnittest(TestCase):
    def test_method(self): self.client.post("/echo/", {"a": "1"})


class TestAsync(SimpleTestCase):
    async def test_async(self):
        await self.async_client.post("/async/?q=1", {"a": "é"}, content_type="application/json")
        await AsyncClient().put("/async/", b"\\x00raw", content_type="application/octet-stream", headers={"x-one": "1"})


def test_operations(client):
    for path in ("/things/7/", "/old/1999/", "/old/1999/x/", "/nowhere/", "/admin/", "/api/orders/3.json"):
        client.get(path)
    client.get("/de/about/")
    client.get("/api/orders.json")
    client.post("/things/8/")
"""
TESTS_PAIRS = {
    "json": 2,
    "form": 2,
    "bytes": 2,
    "empty": 2,
    "file": 2,
    "session": 2,
    "redirect": 2,
    "forced_user": 2,
    "method": 2,
    "async": 4,
}
FILES: Mapping[str, str] = {
    "pytest.ini": INI,
    "settings.py": SETTINGS,
    "urls.py": URLS,
    "conftest.py": CONFTEST,
    "test_it.py": TESTS,
}


@pytest.fixture(scope="module")
def shown() -> Run:
    """All tests and their variants, in one process of their own in which each warning is an error."""
    return Specimen(FILES).run("-s", "-rA", "-p", "no:randomly", subprocess=True)


def lines(shown: Run, beginning: str) -> list[str]:
    """What the specimen printed, without what pytest printed around it."""
    return [line[line.index(beginning) :] for line in shown.text.splitlines() if beginning in line]


def test_the_duplicate_is_the_request_byte_for_byte(shown: Run) -> None:
    """Path, headers, body, form, files, session and forced user arrive twice alike."""
    pairs = lines(shown, "PAIRS ")
    missing = [name for name, count in TESTS_PAIRS.items() if f"PAIRS test_{name} {count} True" not in pairs]
    assert missing == [], shown.text


def test_the_client_does_not_notice_the_duplicate(shown: Run) -> None:
    """No test fails for a cookie, a template or an exception of a request that its client never sent.

    What a visit counts up is the caller's own session, which is no effect.
    """
    assert shown.findings == ["idempotent/different-response POST /second/"], shown.text
    assert shown.outcomes["failed"] == len(shown.findings), shown.text
    assert sorted(lines(shown, "UNNOTICED ")) == ["UNNOTICED exception"] * 2 + ["UNNOTICED jar"] * 2
    assert shown.report is not None
    assert shown.report["alarms"] == []


def test_views_are_the_operations(shown: Run) -> None:
    """Converters, regular expressions, routers and languages are no part of a name; admin and 404 are none."""
    assert shown.report is not None
    names = {operation["name"] for operation in shown.report["operations"]}
    assert names == {
        *("POST /echo/", "PUT /echo/", "DELETE /echo/", "POST /async/", "PUT /async/", "POST /visit/"),
        *("POST /upload/", "POST /away/", "POST /page/", "POST /second/", "POST /breaks/", "POST /stream/"),
        *("GET /api/orders/", "POST /api/orders/", "GET /api/orders/{pk}/", "PUT /names/{name}"),
        *(
            "GET /forms/",
            "POST /forms/",
            "POST /things/{pk}/",
            "DELETE /things/{pk}/",
            "GET /old/{year}/{part}/",
        ),
        "GET /about/",
    }, shown.text


def test_streams_and_exceptions_are_told_as_such(shown: Run) -> None:
    """A stream is read by the test alone and not repeated; an exception is named though Django answers 500."""
    assert "PAIRS test_stream 1 True" in lines(shown, "PAIRS ")
    assert "the answer is a stream, which is never repeated" in shown.text


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ("", "/"),
        ("orders/<int:pk>/", "/orders/{pk}/"),
        ("^orders/(?P<pk>[^/.]+)/$", "/orders/{pk}/"),
        (r"api/orders/(?P<pk>[^/.]+)/pay/\Z", "/api/orders/{pk}/pay/"),
        ("^orders/?$", "/orders/"),
        (r"^orders\.(?P<format>[a-z0-9]+)/?$", "/orders/"),
        ("orders/<int:pk><drf_format_suffix:format>", "/orders/{pk}"),
        (r"^a/(\d+)/b/(?:x/)?$", "/a/{arg}/b/"),
        (r"^y/(?P<year>(?:19|20)\d{2})/[a-z]+\-\d+/$", "/y/{year}/{arg}-{arg}/"),
        (r"^(?!admin)(?P<slug>.*)$", "/{slug}"),
        (r"^v\.1/(?P<a>[()\]]+)/(?:(?P<b>\d+)/)?$", "/v.1/{a}/{b}/"),
    ],
)
def test_a_route_of_either_kind_becomes_a_template(route: str, expected: str) -> None:
    """Variables in braces, a leading slash, and no sign of a regular expression."""
    assert template(route) == expected


def test_closing_puts_everything_back() -> None:
    """Handlers and the signal are as they were."""
    module: Any = importlib.import_module("django.test.client")
    handlers = (module.ClientHandler, module.AsyncClientHandler)
    before = [dict(vars(owner)) for owner in handlers], list(module.got_request_exception.receivers)
    patcher = Patcher()
    for seam in django.seam(Recorder("nowhere")):
        patcher.listen(seam)
    assert patcher.installed
    assert [dict(vars(owner)) for owner in handlers] != before[0]
    patcher.close()
    assert ([dict(vars(owner)) for owner in handlers], module.got_request_exception.receivers) == before
