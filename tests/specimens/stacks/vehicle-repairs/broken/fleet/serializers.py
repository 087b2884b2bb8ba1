from rest_framework import serializers

from .models import Part, Repair, Vehicle


class VehicleSerializer(serializers.ModelSerializer):
    class Meta:
        model = Vehicle
        fields = ["vin", "out_of_service"]


class NeedSerializer(serializers.Serializer):
    part = serializers.PrimaryKeyRelatedField(queryset=Part.objects.all())
    pieces = serializers.IntegerField(min_value=1)


class RepairSerializer(serializers.ModelSerializer):
    needs = NeedSerializer(many=True, write_only=True)

    class Meta:
        model = Repair
        fields = ["id", "order_number", "needs"]

    def create(self, validated_data):
        needs = validated_data.pop("needs")
        repair = super().create(validated_data)
        for need in needs:
            part = need["part"]
            part.stock -= need["pieces"]
            if part.stock < 0:
                raise serializers.ValidationError({"needs": f"{part.number} is out of stock"})
            part.save()
            repair.parts.add(part)
        return repair
