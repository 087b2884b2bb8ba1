from celery import Celery

app = Celery("dunning", broker="memory://", include=["dunning.tasks"])
