from rest_framework import serializers

STATUSES = ("announced", "in transit", "delivered")


class ParcelEvent(serializers.Serializer):
    number = serializers.CharField(max_length=20)
    status = serializers.ChoiceField(STATUSES)
