from django.urls import include, path

urlpatterns = [path("notices/", include("notices.urls"))]
