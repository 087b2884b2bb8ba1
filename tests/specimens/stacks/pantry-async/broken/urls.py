from django.urls import path

from pantry import views

urlpatterns = [
    path("pantries/<str:town>/", views.show),
    path("pantries/<str:town>/donations/", views.donate),
]
