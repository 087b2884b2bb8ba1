from django.urls import path

from depot.views import carrier_hook

urlpatterns = [path("hooks/carrier/", carrier_hook)]
