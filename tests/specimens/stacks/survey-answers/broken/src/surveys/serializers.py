from rest_framework import serializers

from .models import Answer, Survey


class AnswerSerializer(serializers.ModelSerializer):
    score = serializers.IntegerField(min_value=0, max_value=10)

    class Meta:
        model = Answer
        fields = ["question", "score"]


class SheetSerializer(serializers.Serializer):
    respondent = serializers.CharField(max_length=20)
    answers = AnswerSerializer(many=True, allow_empty=False)


class SurveySerializer(serializers.ModelSerializer):
    class Meta:
        model = Survey
        fields = ["slug", "points"]
