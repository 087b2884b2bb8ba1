from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from .models import Vehicle
from .serializers import RepairSerializer, VehicleSerializer


class VehicleViewSet(mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    queryset = Vehicle.objects.all()
    serializer_class = VehicleSerializer
    lookup_field = "vin"

    @action(detail=True, methods=["post"], serializer_class=RepairSerializer)
    def repairs(self, request, vin=None):
        vehicle = self.get_object()
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        serializer.save(vehicle=vehicle)
        vehicle.out_of_service = True
        vehicle.save(update_fields=["out_of_service"])
        return Response(serializer.data, status=201)
