from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views import View
from django.views.generic import DetailView

from .models import Notice, Receipt


class Mine(LoginRequiredMixin):
    def receipts(self):
        return Receipt.objects.filter(user=self.request.user)


class Board(Mine, View):
    def get(self, request):
        return JsonResponse({"notices": list(self.receipts().values("notice__title", "state"))})


class Page(Mine, DetailView):
    model = Notice

    def render_to_response(self, context):
        return HttpResponse(f"<h1>{self.object.title}</h1>{self.object.body}")


class Acknowledge(Mine, View):
    def post(self, request, pk):
        receipt = get_object_or_404(self.receipts(), notice=pk)
        receipt.state = "read"
        receipt.acknowledged_at = timezone.now()
        receipt.save()
        return redirect("/notices/")
