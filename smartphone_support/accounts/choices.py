from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    """What an organisation is for the programme. Departments are renamed and merged; functions stay."""

    PPC = "ppc", _("Provincial People's Committee")
    PROGRAM_LEAD = "program_lead", _("Department in charge of the programme")
    REGISTER_OWNER = "register_owner", _("Department in charge of the poverty register")
    DISTRICT = "district", _("District People's Committee")
    OPERATOR = "operator", _("Telecom operator")
    PARTNER = "partner", _("Partner organisation")
    SYSTEM = "system", _("System administration")
