from django.utils import timezone

from .models import Profile


def seen(get_response):
    def middleware(request):
        if request.user.is_authenticated:
            Profile.objects.filter(user=request.user).update(last_seen=timezone.now())
        return get_response(request)

    return middleware
