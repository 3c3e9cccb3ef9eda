"""A site with django-browserid: its own views, URLs, back end and user model under Django 1.11.

The verifier's address is no setting there. Its documentation has sites derive a back end and a verifier, and
name the back end in AUTHENTICATION_BACKENDS; so does this one.
"""

# Django 1.11 looks for these where they were until Python 3.10; nothing else of it needs help.
import collections
import collections.abc

for name in collections.abc.__all__:
    setattr(collections, name, getattr(collections.abc, name))

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="of no importance",
    ALLOWED_HOSTS=["rp.example"],
    USE_I18N=False,  # its translations too are those of an older Python
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django_browserid"],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    ROOT_URLCONF="django_browserid.urls",
    LOGIN_REDIRECT_URL="/",
    AUTHENTICATION_BACKENDS=["django_site.OurBackend"],
    BROWSERID_AUDIENCES=["http://rp.example:8000"],
)
django.setup()

import sys

from asked import answer_questions
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django_browserid.auth import BrowserIDBackend
from django_browserid.base import RemoteVerifier


class OurVerifier(RemoteVerifier):
    verification_service_url = None  # set by each question


class OurBackend(BrowserIDBackend):
    def get_verifier(self):
        return OurVerifier()


def verify(assertion, audience, more={}):
    """The call that sites with log-in code of their own make."""
    result = OurVerifier().verify(assertion, audience, **more)
    told = {"okay": bool(result), "text": str(result)}
    for name in ("audience", "email", "issuer", "reason"):
        if hasattr(result, name):
            told[name] = getattr(result, name)
    if hasattr(result, "expires"):
        told["expires"] = result.expires.isoformat()
    return told


def log_in(assertion):
    """What the page's script posts, through the whole of Django; then who the session belongs to."""
    browser = Client(HTTP_HOST="rp.example:8000")
    answer = browser.post("/browserid/login/", {"assertion": assertion})
    user = browser.session.get("_auth_user_id")
    return {
        "status": answer.status_code,
        "json": answer.json(),
        "user": user and get_user_model().objects.get(pk=user).email,
    }


def answer(op, url, **question):
    OurVerifier.verification_service_url = url
    return {"verify": verify, "log_in": log_in}[op](**question)


if __name__ == "__main__":
    sys.modules["django_site"] = sys.modules["__main__"]  # the settings name the back end by its path
    call_command("migrate", verbosity=0)
    answer_questions(answer)
