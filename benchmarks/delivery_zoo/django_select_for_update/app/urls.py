from django.urls import path

from . import views

urlpatterns = [path("wallets/<str:holder>/rides/", views.ride)]
