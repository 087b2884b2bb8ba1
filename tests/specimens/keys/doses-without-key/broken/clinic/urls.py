from django.urls import path

from register import views

urlpatterns = [path("patients/<slug:number>/doses/", views.Doses.as_view())]
