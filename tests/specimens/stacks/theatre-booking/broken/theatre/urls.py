from django.urls import path

from . import views

urlpatterns = [
    path("shows/<int:pk>/book/", views.book),
    path("bookings/<uuid:ref>/", views.BookingPage.as_view(), name="booking"),
]
