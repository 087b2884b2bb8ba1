SECRET_KEY = "tests"
INSTALLED_APPS = ["permits"]
ROOT_URLCONF = "city.urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
