from django.urls import include, path

urlpatterns = [path("parking/", include("permits.urls"))]
