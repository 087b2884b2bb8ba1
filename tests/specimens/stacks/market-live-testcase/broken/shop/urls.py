from django.urls import path

from . import views

urlpatterns = [
    path("orders", views.place),
    path("orders/<int:id>", views.show),
    path("orders/<int:id>/cancel", views.cancel),
]
