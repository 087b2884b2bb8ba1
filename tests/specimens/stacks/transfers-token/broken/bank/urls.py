from django.urls import path

from .views import AccountDetail, Transfers

urlpatterns = [
    path("api/transfers/", Transfers.as_view()),
    path("api/accounts/<str:iban>/", AccountDetail.as_view()),
]
