import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

SERVER = urlsplit(os.environ.get("ZOO_DATABASE", ""))
NAME = "zoo_after_" + str(os.getpid())

if SERVER.scheme.startswith("postgresql"):
    DATABASE = {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": SERVER.hostname,
        "PORT": SERVER.port,
        "USER": unquote(SERVER.username or ""),
        "PASSWORD": unquote(SERVER.password or ""),
        "NAME": SERVER.path.strip("/"),
        "TEST": {"NAME": NAME},
    }
else:
    DATABASE = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "TEST": {"NAME": str(Path(__file__).parent / f"{NAME}.db")},
    }

SECRET_KEY = "tests"
DATABASES = {"default": DATABASE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["app"]
ROOT_URLCONF = "app.urls"
USE_TZ = True
