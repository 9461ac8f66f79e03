"""The form of one check: a question a field, for one household, office or operator; also for paper sheets."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.accounts.models import User
from smartphone_support.web.errors import Refusal
from smartphone_support.web.forms import DateField

from ..choices import Answer
from ..models import Checklist, InspectionRound
from ..offline.incoming import ANSWER_NOTE, IMEI, NOTE, SIGNER, Said, Visit
from ..offline.photos import photo_kind
from ..offline.saved_files import FILE_BYTES

_PHOTOS = ".jpg,.jpeg,.png,.webp"
#: A sheet says the day, not the hour: noon lies on that day in every zone people read it in.
_NOON = time(12)


class PhotoField(forms.FileField):
    """A photo from the camera; `scan`: or the sheet as a PDF. Looked at by content, never by name."""

    def __init__(self, *, scan: bool = False, **known: Any) -> None:
        accept = f"{_PHOTOS},.pdf" if scan else f"image/*,{_PHOTOS}"
        super().__init__(widget=forms.ClearableFileInput(attrs={"accept": accept}), **known)
        self.scan = scan

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file:
            start = file.read(16)
            file.seek(0)
            try:
                photo_kind(start, file.size, scan=self.scan)
            except Refusal as refusal:
                raise ValidationError(str(refusal)) from refusal
        return file


class CheckForm(forms.Form):
    """The questions of a checklist, each with its answer and note, and what was seen beside them.

    `client_id` travels in the page: sent twice, it is one check.
    """

    wants_imei = True
    client_id = forms.UUIDField(widget=forms.HiddenInput)
    imei_seen = forms.CharField(
        label=gettext_lazy("IMEI on the device"),
        max_length=IMEI,
        required=False,
        help_text=gettext_lazy("Dial *#06# on the phone; compared with the hand-over record."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    signer_name = forms.CharField(
        label=gettext_lazy("Name of who answered and signed"), max_length=SIGNER, required=False
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=NOTE, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    photo = PhotoField(
        label=gettext_lazy("Photo"), required=False,
        help_text=gettext_lazy("The device with the household, or what is to be proven."),
    )  # fmt: skip

    def __init__(self, *args: Any, checklist: Checklist, round_: InspectionRound, **known: Any) -> None:
        super().__init__(*args, **known)
        self.checklist, self.round = checklist, round_
        self.items = list(checklist.items.order_by("position"))
        for item in self.items:
            self.fields[f"answer_{item.pk}"] = forms.ChoiceField(
                label=item.text,
                choices=Answer.choices,
                widget=forms.RadioSelect,
                error_messages={"required": _("Answer question %(code)s.") % {"code": item.code}},
            )
            self.fields[f"note_{item.pk}"] = forms.CharField(
                label=_("Note on %(code)s") % {"code": item.code}, max_length=ANSWER_NOTE, required=False
            )
        if not any(item.asks_imei for item in self.items):
            del self.fields["imei_seen"]

    def questions(self) -> list[tuple[Any, Any, Any]]:
        """Each question with its two fields, for the page."""
        return [(item, self[f"answer_{item.pk}"], self[f"note_{item.pk}"]) for item in self.items]

    def others(self) -> list[Any]:
        """The fields that are no questions, in order."""
        names = {f"{kind}_{item.pk}" for item in self.items for kind in ("answer", "note")}
        return [field for field in self.visible_fields() if field.name not in names]

    def clean(self) -> dict[str, Any]:
        """An IMEI that was compared on the spot is written down; a sheet of paper may lack it."""
        told: dict[str, Any] = super().clean() or {}
        passed = [i for i in self.items if i.asks_imei and told.get(f"answer_{i.pk}") == Answer.PASS]
        if passed and not told.get("imei_seen") and "imei_seen" in self.fields and self.wants_imei:
            self.add_error("imei_seen", _("Type the IMEI you saw, or answer “fail” or “not applicable”."))
        return told

    def visited_at(self) -> datetime:
        return timezone.now()

    def visit(self, *, sampled: int | None = None, unit: int | None = None) -> Visit:
        """The check as the door takes it; `sampled` or `unit` says of what."""
        told = self.cleaned_data
        at = self.visited_at()
        return Visit(
            client_id=told["client_id"],
            checklist=self.checklist.pk,
            visited_at=at.replace(microsecond=at.microsecond // 1000 * 1000),
            answers=tuple(
                Said(item.pk, told[f"answer_{item.pk}"], told[f"note_{item.pk}"]) for item in self.items
            ),
            imei_seen=told.get("imei_seen", ""),
            note=told["note"],
            signer_name=told["signer_name"],
            sampled=sampled,
            unit=unit,
        )


class PaperCheckForm(CheckForm):
    """A sheet filled in by hand, entered later: the day it was filled in, by whom, and its scan."""

    wants_imei = False
    visited_on = DateField(label=gettext_lazy("Day of the visit, as on the sheet"))
    inspector = forms.ModelChoiceField(
        label=gettext_lazy("Who was there"), queryset=User.objects.none(), empty_label=None
    )
    photo = PhotoField(
        scan=True,
        label=gettext_lazy("Scan or photo of the sheet"),
        help_text=gettext_lazy("The signed sheet is the proof: .jpg, .png, .webp or .pdf, at most 5 MB."),
    )

    field_order = ["client_id", "visited_on", "inspector"]

    def __init__(self, *args: Any, members: Any, user: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        field: Any = self.fields["inspector"]
        field.queryset, field.initial = members, user
        if len(members) == 1:
            field.widget = forms.HiddenInput()

    def visited_at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.cleaned_data["visited_on"], _NOON))


class SavedFileForm(forms.Form):
    """A file of checks saved on a device."""

    file = forms.FileField(
        label=gettext_lazy("File saved on the device"),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
        help_text=gettext_lazy("Its name begins with “phieu-kiem-tra”; do not open or change it."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > FILE_BYTES:
            raise ValidationError(
                _("The file is larger than %(mb)s MB: save fewer checks into one file.")
                % {"mb": FILE_BYTES // 1024 // 1024}
            )
        return file
