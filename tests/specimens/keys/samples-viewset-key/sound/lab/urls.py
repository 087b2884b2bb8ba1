from django.urls import include, path
from rest_framework.routers import DefaultRouter

from samples.views import SampleViewSet

router = DefaultRouter()
router.register("samples", SampleViewSet, basename="sample")
urlpatterns = [path("api/", include(router.urls))]
