from django.urls import include, path
from rest_framework.routers import SimpleRouter

from fleet.views import VehicleViewSet

router = SimpleRouter()
router.register(r"vehicles", VehicleViewSet)
urlpatterns = [path("fleet/", include((router.urls, "fleet")))]
