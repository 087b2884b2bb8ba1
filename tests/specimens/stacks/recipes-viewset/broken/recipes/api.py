from rest_framework import serializers, viewsets

from .models import Recipe


class RecipeSerializer(serializers.ModelSerializer):
    owner = serializers.HiddenField(default=serializers.CurrentUserDefault())

    class Meta:
        model = Recipe
        fields = ["id", "owner", "slug", "minutes", "updated_at"]


class RecipeViewSet(viewsets.ModelViewSet):
    serializer_class = RecipeSerializer

    def get_queryset(self):
        return Recipe.objects.filter(owner=self.request.user).order_by("slug")
