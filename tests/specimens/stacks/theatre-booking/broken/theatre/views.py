from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views import View
from django.views.decorators.http import require_POST

from .forms import BookingForm
from .models import Booking, Show, Voucher


class Refused(Exception):
    pass


@require_POST
def book(request, pk):
    form = BookingForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.errors.as_json(), status=400, content_type="application/json")
    if not Booking.objects.filter(ref=form.cleaned_data["ref"]).exists():
        try:
            place(pk, **form.cleaned_data)
        except Refused as refusal:
            return HttpResponse(refusal, status=409)
    return redirect("booking", ref=form.cleaned_data["ref"])


def place(pk, ref, seats, voucher):
    show = get_object_or_404(Show.objects, pk=pk)
    if show.free < seats:
        raise Refused("not that many seats are left")
    show.free -= seats
    show.save(update_fields=["free"])
    booking = Booking(ref=ref, show=show, seats=seats)
    if voucher:
        booking.voucher = Voucher.objects.filter(code=voucher, used=False).first()
        if booking.voucher is None:
            raise Refused("this voucher is not valid")
        Voucher.objects.filter(code=voucher).update(used=True)
    booking.save()


class BookingPage(View):
    def get(self, request, ref):
        booking = get_object_or_404(Booking.objects.select_related("show"), ref=ref)
        return HttpResponse(f"{booking.seats} seats for {booking.show.title}, {booking.show.free} left")
