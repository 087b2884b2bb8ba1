from django.db import transaction
from django.db.models import F
from rest_framework.decorators import api_view
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response

from .models import Answer, Survey
from .serializers import SheetSerializer


@api_view(["POST"])
def answer(request, slug):
    survey = get_object_or_404(Survey, slug=slug)
    sheet = SheetSerializer(data=request.data)
    sheet.is_valid(raise_exception=True)
    respondent = sheet.validated_data["respondent"]
    answers = [Answer(respondent=respondent, **line) for line in sheet.validated_data["answers"]]
    with transaction.atomic():
        Answer.objects.bulk_create(
            answers, update_conflicts=True, unique_fields=["question", "respondent"], update_fields=["score"]
        )
        survey.points = F("points") + sum(line["score"] for line in sheet.validated_data["answers"])
        survey.save()
    return Response({"answers": len(answers)})
