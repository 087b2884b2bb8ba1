from django.urls import include, path
from rest_framework.routers import DefaultRouter

from .api import RecipeViewSet

router = DefaultRouter()
router.register("recipes", RecipeViewSet, basename="recipe")
urlpatterns = [path("api/", include(router.urls))]
