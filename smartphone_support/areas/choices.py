from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    PROVINCE = "province", _("Province")
    DISTRICT = "district", _("District")
    COMMUNE = "commune", _("Commune")


class Designation(models.TextChoices):
    """What a decision says of a commune."""

    DIFFICULT = "difficult", _("Commune with extremely difficult conditions")
