from django.urls import path
from webinars.views import Attendees

urlpatterns = [path("webinars/<slug:slug>/attendees/", Attendees.as_view())]
