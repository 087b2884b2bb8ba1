from django.urls import path

from . import views

app_name = "permits"
urlpatterns = [
    path("zones/<slug:zone>/permits/", views.issue, name="issue"),
    path("permits/<int:pk>/", views.show, name="show"),
]
