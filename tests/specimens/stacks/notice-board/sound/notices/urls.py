from django.urls import path

from . import views

urlpatterns = [
    path("", views.Board.as_view()),
    path("<int:pk>/", views.Page.as_view()),
    path("<int:pk>/acknowledge/", views.Acknowledge.as_view()),
]
