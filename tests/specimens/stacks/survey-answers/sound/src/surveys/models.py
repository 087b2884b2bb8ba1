from django.db import models


class Survey(models.Model):
    slug = models.SlugField(unique=True)
    points = models.IntegerField(default=0)


class Question(models.Model):
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions")
    text = models.CharField(max_length=200)


class Answer(models.Model):
    question = models.ForeignKey(Question, models.CASCADE)
    respondent = models.CharField(max_length=20)
    score = models.SmallIntegerField()

    class Meta:
        unique_together = [("question", "respondent")]
