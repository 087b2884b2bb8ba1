from django.urls import path

from . import views

urlpatterns = [path("events", views.events), path("parcels/<str:number>", views.show)]
