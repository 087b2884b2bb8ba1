from django.urls import path

from . import views

urlpatterns = [path("nests/<int:nest>/sightings/", views.seen)]
