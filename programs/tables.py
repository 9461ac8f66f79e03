from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_tables2 import Column

from smartphone_support.web.tables import BaseTable, DateColumn, StateColumn, TitleColumn

from .models import Program


class ProgramTable(BaseTable):
    title = TitleColumn(linkify=lambda record: reverse("programs:program_detail", args=[record.pk]))
    number = Column(verbose_name=_("number"))
    issued_on = DateColumn(verbose_name=_("date"))
    years = Column(verbose_name=_("Years"), orderable=False)
    state = StateColumn(verbose_name=_("state"))

    class Meta(BaseTable.Meta):
        model = Program
        fields = ("title", "number", "issued_on", "years", "state")
