from django import forms

from .models import Booking


class BookingForm(forms.ModelForm):
    voucher = forms.CharField(required=False)

    class Meta:
        model = Booking
        fields = ["ref", "seats"]

    def validate_unique(self):
        """A known reference is no mistake: it is the same booking again."""
