from rest_framework import serializers

from .models import Sample


class SampleSerializer(serializers.ModelSerializer):
    grams = serializers.IntegerField(min_value=1, max_value=5000)

    class Meta:
        model = Sample
        fields = ["id", "material", "grams"]
