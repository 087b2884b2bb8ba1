from rest_framework import serializers

from .models import Account


class TransferSerializer(serializers.Serializer):
    source = serializers.PrimaryKeyRelatedField(queryset=Account.objects.all())
    target = serializers.PrimaryKeyRelatedField(queryset=Account.objects.all())
    cents = serializers.IntegerField(min_value=1)

    def validate(self, attrs):
        if attrs["source"] == attrs["target"]:
            raise serializers.ValidationError("source and target are the same account")
        return attrs
