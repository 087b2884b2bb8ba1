import wired
from django.urls import path

from payments.views import Pay

view = wired.view(Pay) if hasattr(wired, "view") else Pay
urlpatterns = [path("payments", view.as_view())]
