from django.urls import path
from hooks import views

urlpatterns = [
    path("webhooks/payments/", views.payments),
    path("webhooks/parcels/", views.Parcels.as_view()),
    path("accounts/<str:holder>/", views.account),
    path("events/", views.events),
    path("parcels/<str:number>/", views.ParcelDetail.as_view()),
]
