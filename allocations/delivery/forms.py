"""What people fill in about devices, hand-overs and acceptances."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.scans import ACCEPT, refuse_no_scan
from smartphone_support.spreadsheets.cells import clean_phone
from smartphone_support.web.errors import Refusal
from smartphone_support.web.forms import DateField, MoneyField

from ..choices import ContributionKind, DeviceKind, DevicePlace, PaymentMeans, Receiver
from ..models import AllocationRound, Contribution, HandOver, Support
from ..permits.delivery import is_operator
from ..workflow.devices import NewDevice, Stock
from .intake import ImeiList, read_file, read_lines
from .reasons import Undeliverable

#: Faults named in one message; the count says how many more there are.
SHOWN_FAULTS = 12


def operators_of(user: Any) -> Any:
    """The operators of the user's province; an operator's person has the own one only."""
    rows = Organisation.objects.filter(kind=OrganisationKind.OPERATOR, is_active=True)
    if user.province is None:
        return rows.none()
    rows = rows.filter(province=user.province)
    return rows.filter(pk=user.organisation.pk) if is_operator(user) else rows


def listed_faults(found: ImeiList) -> list[str]:
    """The faults as messages, by line; beyond the first dozen only how many."""
    words = [
        _("Line %(line)s: %(what)s") % {"line": fault.line, "what": fault.sentence}
        for fault in found.faults[:SHOWN_FAULTS]
    ]
    more = len(found.faults) - SHOWN_FAULTS
    return [*words, _("and %(count)s more lines to mend.") % {"count": more}] if more > 0 else words


class ImeiListField(forms.CharField):
    """IMEIs, one a line; what is wrong is told by line. The value is a list of devices."""

    def __init__(self, **known: Any) -> None:
        known.setdefault(
            "widget", forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "inputmode": "numeric"})
        )
        super().__init__(**known)

    def clean(self, value: Any) -> list[NewDevice]:  # type: ignore[override]  # a list of what was pasted
        found = read_lines(super().clean(value) or "")
        if found.faults:
            raise ValidationError(listed_faults(found))
        return found.devices


class StockForm(forms.Form):
    """What devices belong to: a round or a contribution, and an operator where it holds them."""

    stock = forms.ChoiceField(label=gettext_lazy("For"))
    operator = forms.ModelChoiceField(
        label=gettext_lazy("Stock of the operator"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("No operator: the department's own stock"),
        help_text=gettext_lazy("Leave empty for devices the department shares out itself."),
    )

    def __init__(self, *args: Any, user: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        self.owners: dict[str, Any] = {}
        if user.province is not None:
            # Of a round nobody is approved in yet no device is needed.
            seen = Support.objects.visible_to(user).order_by()
            rounds = AllocationRound.objects.filter(pk__in=seen.values("round"))
            rounds = rounds.exclude(device_kind=DeviceKind.CASH).select_related("program__province")
            for row in rounds:
                self.owners[f"round-{row.pk}"] = row
            for given in Contribution.objects.visible_to(user).filter(kind=ContributionKind.DEVICES):
                self.owners[f"contribution-{given.pk}"] = given
        field: Any = self.fields["stock"]
        chosen = [(key, str(row)) for key, row in self.owners.items()]
        field.choices = [("", _("Choose a round or a contribution")), *chosen]
        operator: Any = self.fields["operator"]
        operator.queryset = operators_of(user)
        if is_operator(user):
            operator.required, operator.initial = True, user.organisation
            operator.empty_label = None
            operator.help_text = ""

    def chosen(self) -> Stock:
        owner = self.owners[self.cleaned_data["stock"]]
        operator = self.cleaned_data["operator"]
        if isinstance(owner, AllocationRound):
            return Stock(owner, None, operator)
        return Stock(None, owner, operator)


class PaperForm(forms.Form):
    """The paper devices travel with."""

    number = forms.CharField(
        label=gettext_lazy("Number of the paper"),
        max_length=60,
        help_text=gettext_lazy("For example: 12/PXK"),
    )
    date = DateField(label=gettext_lazy("Date of the paper"))

    def __init__(self, *args: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        self.fields["date"].initial = timezone.localdate()


class IntakeForm(PaperForm, StockForm):
    """Devices that came from the supplier."""

    model = forms.CharField(
        label=gettext_lazy("Make and model"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Of all devices of the list; not needed where the file has such a column."),
    )
    declared = forms.IntegerField(label=gettext_lazy("Devices on the paper"), min_value=1, max_value=100_000)
    pasted = forms.CharField(
        label=gettext_lazy("IMEIs, pasted"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One device a line; a second IMEI and the serial number may follow after a tab or a semicolon."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("or a file"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods,.csv,.txt"}),
        help_text=gettext_lazy(".xlsx, .ods, .csv with a column IMEI, or .txt with one IMEI a line."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason for a difference"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Only where the list has another number of devices than the paper."),
    )

    field_order = [
        "stock", "operator", "number", "date", "model", "declared", "pasted", "file", "reason",
    ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        pasted, file = data.get("pasted"), data.get("file")
        if bool(pasted) == bool(file):
            raise ValidationError(_("Paste the IMEIs or choose a file: one of the two."))
        try:
            found = read_file(file) if file else read_lines(pasted or "")
        except Refusal as refusal:
            raise ValidationError({"file": str(refusal)}) from refusal
        name = "file" if file else "pasted"
        if found.faults:
            raise ValidationError({name: listed_faults(found)})
        if not found.devices:
            raise ValidationError({name: _("There is no IMEI in the list.")})
        if not data.get("model") and any(not device.model for device in found.devices):
            raise ValidationError({"model": _("Say which make and model the devices are.")})
        data["devices"] = found.devices
        return data


class DispatchForm(PaperForm, StockForm):
    """Devices that go to a district."""

    district = forms.ModelChoiceField(
        label=gettext_lazy("To the district"), queryset=AdministrativeArea.objects.none(),
        empty_label=gettext_lazy("Choose a district"),
    )  # fmt: skip
    count = forms.IntegerField(
        label=gettext_lazy("Number of devices"),
        required=False,
        min_value=1,
        help_text=gettext_lazy(
            "The first of this stock that are at the province, in the order of the ledger."
        ),
    )
    imeis = ImeiListField(label=gettext_lazy("or these IMEIs"), required=False)

    field_order = ["stock", "operator", "district", "number", "date", "count", "imeis"]

    def __init__(self, *args: Any, user: Any, **known: Any) -> None:
        super().__init__(*args, user=user, **known)
        field: Any = self.fields["district"]
        if user.province is not None:
            field.queryset = AdministrativeArea.objects.districts_of(user.province)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "imeis" in data and bool(data.get("count")) == bool(data["imeis"]):
            raise ValidationError(_("Give the number of devices or their IMEIs: one of the two."))
        return data


class BackForm(PaperForm):
    """Devices that go back: from a district to the province, or to the supplier."""

    imeis = ImeiListField(label=gettext_lazy("IMEIs of the devices"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)

    field_order = ["imeis", "number", "date", "reason"]


class ReceiveForm(forms.Form):
    """What arrived of a shipment."""

    received = forms.IntegerField(label=gettext_lazy("Devices that arrived"), min_value=0)
    missing = ImeiListField(
        label=gettext_lazy("IMEIs of those that did not arrive"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=gettext_lazy("Leave empty where all arrived. The others stay on the way until found."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason for the difference"), max_length=300, required=False)

    def __init__(self, *args: Any, declared: int, **known: Any) -> None:
        super().__init__(*args, **known)
        self.declared = declared
        self.fields["received"].initial = declared

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "received" not in data or "missing" not in data:
            return data
        if data["received"] > self.declared:
            raise ValidationError(
                {
                    "received": _("The paper says %(count)s devices: no more can arrive.")
                    % {"count": self.declared}
                }
            )
        short = self.declared - data["received"]
        if short != len(data["missing"]):
            raise ValidationError(
                {
                    "missing": _("%(short)s devices are missing, %(named)s are named: name each one.")
                    % {"short": short, "named": len(data["missing"])}
                }
            )
        if short and not data.get("reason", "").strip():
            raise ValidationError({"reason": _("Say why the number differs.")})
        return data


class BackToForm(forms.Form):
    """Where the device of a household goes. Only the department is offered to write it off."""

    back_to = forms.ChoiceField(
        label=gettext_lazy("The old device goes"),
        choices=[
            (DevicePlace.DISTRICT, gettext_lazy("To the district")),
            (DevicePlace.PROVINCE, gettext_lazy("To the province or the operator's stock")),
            (DevicePlace.SUPPLIER, gettext_lazy("To the supplier")),
            (DevicePlace.EXAMINE, gettext_lazy("Lost or broken: the department examines it")),
            (DevicePlace.WRITTEN_OFF, gettext_lazy("Nowhere: lost or beyond repair, written off")),
        ],
        widget=forms.RadioSelect,
    )

    def leave_writing_off_to_the_department(self) -> None:
        field: Any = self.fields["back_to"]
        field.choices = [row for row in field.choices if row[0] != DevicePlace.WRITTEN_OFF]


class SwapForm(BackToForm):
    """Another device for a defective one."""

    imei = forms.CharField(
        label=gettext_lazy("IMEI of the new device"), max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    model = forms.CharField(
        label=gettext_lazy("Make and model"), max_length=100, required=False,
        help_text=gettext_lazy("Only for a device of the operator's own that the ledger does not know."),
    )  # fmt: skip
    day = DateField(label=gettext_lazy("Day of the swap"))

    field_order = ["imei", "model", "day", "back_to"]


class UndeliverableForm(forms.Form):
    """Why the device cannot be given."""

    why = forms.ChoiceField(
        label=gettext_lazy("Why it cannot be handed over"),
        choices=Undeliverable.choices,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=gettext_lazy("What was found"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("why") == Undeliverable.OTHER and not data.get("note", "").strip():
            raise ValidationError({"note": _("Say which other reason it is.")})
        return data


class PhotoField(forms.FileField):
    """A photo from the camera or a scan; looked at by content."""

    def __init__(self, **known: Any) -> None:
        accept = f"image/*,{ACCEPT}"
        super().__init__(required=False, widget=forms.ClearableFileInput(attrs={"accept": accept}), **known)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file:
            try:
                refuse_no_scan(file)
            except Refusal as refusal:
                raise ValidationError(str(refusal)) from refusal
        return file


class HandOverForm(forms.Form):
    """One household's hand-over, as filled in on a phone. The rules stand in `handing`."""

    handed_on = DateField(label=gettext_lazy("Day of the hand-over"), required=False)
    receiver = forms.ChoiceField(
        label=gettext_lazy("Received by"), choices=Receiver.choices, widget=forms.RadioSelect, required=False
    )
    receiver_name = forms.CharField(
        label=gettext_lazy("Receiver's name"), max_length=120, required=False,
        help_text=gettext_lazy("Not needed where the head of the household received it."),
    )  # fmt: skip
    receiver_relation = forms.CharField(
        label=gettext_lazy("Relation to the head"), max_length=60, required=False
    )
    receiver_national_id = forms.CharField(
        label=gettext_lazy("Receiver's identity number"), max_length=20, required=False,
        help_text=gettext_lazy("Needed for an authorised person."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200, required=False)
    photo = PhotoField(
        label=gettext_lazy("Photo or scan"),
        help_text=gettext_lazy("The receiver with the device, or the signed record; at most 10 MB."),
    )
    signed = forms.BooleanField(
        label=gettext_lazy("The receiver has signed or put a fingerprint on the record"), required=False
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)

    def clean_receiver_national_id(self) -> str:
        return "".join(self.cleaned_data["receiver_national_id"].split())

    def facts(self) -> dict[str, Any]:
        """The fields of `HandOverFacts`; the photo goes its own way."""
        known = {name: value for name, value in self.cleaned_data.items() if name != "photo"}
        return known | {"receiver": known.get("receiver") or Receiver.HEAD}


class BundleForm(HandOverForm):
    """A device with mobile service."""

    imei = forms.CharField(
        label="IMEI", max_length=40, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy("15 digits: dial *#06# on the phone, or read it on the box."),
    )  # fmt: skip
    model = forms.CharField(
        label=gettext_lazy("Make and model"), max_length=100, required=False,
        help_text=gettext_lazy("Only for a device of the operator's own that the ledger does not know."),
    )  # fmt: skip
    phone_number = forms.CharField(
        label=gettext_lazy("Phone number of the SIM"), max_length=20, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    sim_number = forms.CharField(
        label=gettext_lazy("SIM number"), max_length=30, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    package = forms.CharField(label=gettext_lazy("Package"), max_length=60, required=False)

    field_order = [
        "imei", "model", "phone_number", "sim_number", "package", "receiver", "receiver_name",
        "receiver_relation", "receiver_national_id", "handed_on", "place", "photo", "signed", "note",
    ]  # fmt: skip

    def clean_phone_number(self) -> str:
        typed: str = self.cleaned_data["phone_number"]
        return (clean_phone(typed)[0] or typed) if typed else ""

    def clean_sim_number(self) -> str:
        return "".join(self.cleaned_data["sim_number"].split())


class CashForm(HandOverForm):
    """Cash for a phone the household bought itself."""

    invoice_number = forms.CharField(
        label=gettext_lazy("Number of the invoice"), max_length=40, required=False
    )
    invoice_date = DateField(
        label=gettext_lazy("Date of the invoice"), required=False,
        help_text=gettext_lazy("12/12/2022 or later (Circular 14/2022/TT-BTTTT is in force from that day)."),
    )  # fmt: skip
    seller = forms.CharField(label=gettext_lazy("Seller"), max_length=150, required=False)
    invoice_amount = MoneyField(label=gettext_lazy("Price on the invoice, VND"), required=False)
    cash_amount = MoneyField(label=gettext_lazy("Amount paid, VND"), required=False)
    payment_means = forms.ChoiceField(
        label=gettext_lazy("Paid by"), choices=PaymentMeans.choices, widget=forms.RadioSelect, required=False
    )

    field_order = [
        "invoice_number", "invoice_date", "seller", "invoice_amount", "cash_amount", "payment_means",
        "receiver", "receiver_name", "receiver_relation", "receiver_national_id", "handed_on", "place",
        "photo", "signed", "note",
    ]  # fmt: skip


class DeliveryWorkbookForm(forms.Form):
    """A delivery workbook on its way back."""

    file = forms.FileField(
        label=gettext_lazy("Delivery workbook"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods"}),
        help_text=gettext_lazy("The workbook downloaded here, filled in and saved as .xlsx or .ods."),
        allow_empty_file=True,
    )


class AcceptanceForm(forms.Form):
    """The acceptance of what was delivered in a period: by an operator, by a district, of a contribution."""

    round = forms.ModelChoiceField(
        label=gettext_lazy("Round"), queryset=AllocationRound.objects.none(), required=False,
        empty_label=gettext_lazy("No round: a contribution"),
    )  # fmt: skip
    operator = forms.ModelChoiceField(
        label=gettext_lazy("Operator"), queryset=Organisation.objects.none(), required=False,
        empty_label=gettext_lazy("No operator"),
    )  # fmt: skip
    district = forms.ModelChoiceField(
        label=gettext_lazy("District that handed over itself"), required=False,
        queryset=AdministrativeArea.objects.none(), empty_label=gettext_lazy("No district"),
        help_text=gettext_lazy("For households of the round that have no operator."),
    )  # fmt: skip
    contribution = forms.ModelChoiceField(
        label=gettext_lazy("Contribution"), queryset=Contribution.objects.none(), required=False,
        empty_label=gettext_lazy("No contribution: a round"),
        help_text=gettext_lazy("It is accepted as a whole, whoever handed over: leave the others empty."),
    )  # fmt: skip
    number = forms.CharField(
        label=gettext_lazy("Number of the record"), max_length=60,
        help_text=gettext_lazy("For example: 03/BBNT"),
    )  # fmt: skip
    date = DateField(label=gettext_lazy("Date"))
    from_day = DateField(label=gettext_lazy("Hand-overs from"))
    to_day = DateField(label=gettext_lazy("until"))

    def __init__(self, *args: Any, user: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        seen = Support.objects.visible_to(user).order_by()
        by_itself = HandOver.objects.visible_to(user).filter(operator=None).order_by()
        offered = {
            "round": AllocationRound.objects.filter(pk__in=seen.values("round")),
            "operator": operators_of(user),
            "district": AdministrativeArea.objects.filter(pk__in=by_itself.values("district")).order_by(
                "code"
            ),
            "contribution": Contribution.objects.filter(pk__in=seen.values("contribution")),
        }
        for name, rows in offered.items():
            field: Any = self.fields[name]
            field.queryset = rows
        self.fields["date"].initial = timezone.localdate()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        chosen = {name for name in ("round", "operator", "district", "contribution") if data.get(name)}
        if self.errors:
            return data
        if chosen not in ({"round", "operator"}, {"round", "district"}, {"contribution"}):
            raise ValidationError(
                _("Choose a round with an operator or a district, or a contribution alone: one of the three.")
            )
        return data

    def chosen(self) -> tuple[Any, Any]:
        """What is accepted, and who delivered it (None for a contribution)."""
        data = self.cleaned_data
        return data["round"] or data["contribution"], data["operator"] or data["district"]
