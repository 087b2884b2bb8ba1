from django.urls import include, re_path

urlpatterns = [re_path(r"^v2/", include("surveys.urls"))]
