from celery import Celery

queue = Celery("academy", broker="memory://")
queue.conf.task_default_queue = "academy"


@queue.task(name="academy.send_welcome_kit", ignore_result=True)
def send_welcome_kit(email, course):
    raise NotImplementedError("runs in the worker's image")
