from pathlib import Path

import wired

SECRET_KEY = "tests"
ALLOWED_HOSTS = ["testserver"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "TEST": {"NAME": str(Path(__file__).parent / "payments.db")},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework",
    "rest_framework.authtoken",
    "payments",
    *getattr(wired, "INSTALLED_APPS", ()),
]
MIDDLEWARE = [*getattr(wired, "MIDDLEWARE", ())]
ROOT_URLCONF = "payments.urls"
USE_TZ = True
# Whatever else the package asks for.
globals().update(getattr(wired, "SETTINGS", {}))
