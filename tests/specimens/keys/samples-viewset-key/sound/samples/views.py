from rest_framework import mixins, viewsets

from .idempotency import idempotent
from .serializers import SampleSerializer


class SampleViewSet(mixins.CreateModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet):
    serializer_class = SampleSerializer

    def get_queryset(self):
        return self.request.user.samples.order_by("received_at")

    @idempotent
    def create(self, request, *args, **kwargs):
        return super().create(request, *args, **kwargs)

    def perform_create(self, serializer):
        serializer.save(owner=self.request.user)
