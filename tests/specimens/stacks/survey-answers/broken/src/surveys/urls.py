from django.urls import path
from rest_framework.generics import RetrieveAPIView

from .models import Survey
from .serializers import SurveySerializer
from .views import answer

detail = RetrieveAPIView.as_view(queryset=Survey.objects.all(), serializer_class=SurveySerializer, lookup_field="slug")
urlpatterns = [
    path("surveys/<slug:slug>", detail),
    path("surveys/<slug:slug>/answers", answer),
]
