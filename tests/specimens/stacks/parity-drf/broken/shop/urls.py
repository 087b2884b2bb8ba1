from django.urls import path

from .views import Cancelling, OrderDetail, Orders

urlpatterns = [
    path("orders", Orders.as_view()),
    path("orders/<int:id>", OrderDetail.as_view()),
    path("orders/<int:id>/cancel", Cancelling.as_view()),
]
