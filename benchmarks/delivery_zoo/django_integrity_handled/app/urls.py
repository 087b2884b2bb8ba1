from django.urls import path

from . import views

urlpatterns = [path("shows/<int:show>/bookings/", views.book)]
