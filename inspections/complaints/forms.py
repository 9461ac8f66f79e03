"""What people fill in about complaints: at the office, on the public form, and to follow one up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from smartphone_support.accounts.models import Organisation, User
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.scans import ACCEPT
from smartphone_support.web.forms import DateField

from ..choices import ClockStep, ComplaintChannel, ComplaintKind, ComplaintSubject
from ..models import Complaint, InspectionRound
from ..permits.complaints import ANSWER, people_with
from ..rules.clocks import MOST_DAYS
from ..rules.receipts import LONGEST

MOST_SIGNS = 4_000
#: What each kind means to somebody who does not know the law's words.
KIND_WORDS = {
    ComplaintKind.FEEDBACK: gettext_lazy("Feedback: I tell of something that is not right"),
    ComplaintKind.PROPOSAL: gettext_lazy("Petition: I propose how something should be done"),
    ComplaintKind.COMPLAINT: gettext_lazy("Complaint: a decision or act harms my own rights"),
    ComplaintKind.DENUNCIATION: gettext_lazy("Denunciation: somebody breaks the law; kept secret"),
}


#: How the office calls the fields a sender fills in about themselves.
SENDER_LABELS = {
    "sender_name": gettext_lazy("Name of the sender"),
    "sender_phone": gettext_lazy("Phone of the sender"),
    "sender_address": gettext_lazy("Address of the sender"),
}


def long_text(label: Any, *, rows: int = 6, most: int = MOST_SIGNS, **known: Any) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows, "maxlength": most}), **known
    )


def scan_field(help_text: Any) -> forms.FileField:
    return forms.FileField(
        label=gettext_lazy("Photo or scan"), required=False, help_text=help_text,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
    )  # fmt: skip


class CommuneField(forms.TypedChoiceField):
    """A commune, chosen from a drop-down with its district above; empty where it is not said."""

    def __init__(self, **known: Any) -> None:
        super().__init__(coerce=self._area, empty_value=None, required=False, **known)
        self.areas: dict[str, AdministrativeArea] = {}

    def offer(self, place: AdministrativeArea) -> None:
        """The communes of today of a province or of one district."""
        rows = AdministrativeArea.objects.communes_of(place).as_of(timezone.localdate())
        groups: dict[str, list[tuple[str, str]]] = {}
        for area in rows.select_related("parent").order_by("parent__code", "code"):
            district = area.parent.name if area.parent else ""
            groups.setdefault(district, []).append((str(area.pk), area.name))
            self.areas[str(area.pk)] = area
        self.choices = [("", _("Not said")), *groups.items()]

    def _area(self, value: str) -> AdministrativeArea | None:
        return self.areas.get(value)


class _SenderForm(forms.Form):
    """Who brings it forward; whatever is left empty stays unknown."""

    sender_name = forms.CharField(label=gettext_lazy("Name"), max_length=150, required=False)
    sender_phone = forms.CharField(
        label=gettext_lazy("Phone"), max_length=20, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )  # fmt: skip
    sender_address = forms.CharField(label=gettext_lazy("Address"), max_length=250, required=False)


class ComplaintForm(_SenderForm):
    """What came to the office by phone, on paper, in person, from a posting or an inspection."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Came by"),
        choices=[row for row in ComplaintChannel.choices if row[0] != ComplaintChannel.PUBLIC_FORM],
        initial=ComplaintChannel.PHONE,
    )
    received_on = DateField(label=gettext_lazy("Received on"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=list(KIND_WORDS.items()), widget=forms.RadioSelect,
        initial=ComplaintKind.FEEDBACK,
    )  # fmt: skip
    subject = forms.ChoiceField(label=pgettext_lazy("complaint", "About"), choices=ComplaintSubject.choices)
    content = long_text(gettext_lazy("Content"), most=10_000)
    commune = CommuneField(label=gettext_lazy("Where"))
    round = forms.ModelChoiceField(
        label=gettext_lazy("Inspection round"), queryset=InspectionRound.objects.none(), required=False,
        empty_label=gettext_lazy("None"),
        help_text=gettext_lazy("Only where it came up in an inspection."),
    )  # fmt: skip
    scan = scan_field(gettext_lazy("PDF or photo of the letter, at most 10 MB."))

    field_order = (
        "channel", "received_on", "kind", "subject", "content", "commune", "sender_name", "sender_phone",
        "sender_address", "round", "scan",
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].initial = timezone.localdate()
        for name, label in SENDER_LABELS.items():
            self.fields[name].label = label
        place: Any = self.fields["commune"]
        place.offer(user.district or user.province)
        rounds: Any = self.fields["round"]
        rounds.queryset = InspectionRound.objects.visible_to(user)
        if not rounds.queryset.exists():
            del self.fields["round"]


class PublicComplaintForm(_SenderForm):
    """What anybody may send. Nothing about the sender has to be filled in."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"), choices=list(KIND_WORDS.items()), widget=forms.RadioSelect,
        initial=ComplaintKind.FEEDBACK,
    )  # fmt: skip
    subject = forms.ChoiceField(
        label=gettext_lazy("What is it about?"), choices=ComplaintSubject.choices,
        initial=ComplaintSubject.OTHER,
    )  # fmt: skip
    content = long_text(
        gettext_lazy("Tell us what happened"),
        help_text=gettext_lazy("What, where, when. Please write no identity card numbers."),
    )
    commune = CommuneField(label=gettext_lazy("Which commune is it about?"))
    scan = scan_field(gettext_lazy("If you have one: PDF or photo, at most 10 MB. No identity card."))
    consent = forms.BooleanField(
        label=gettext_lazy(
            "I agree that what I send is kept and read by the offices in charge of the programme, only to "
            "examine and answer it."
        ),
        error_messages={"required": gettext_lazy("Without your agreement we cannot take it.")},
    )
    # People do not see this field; programs that fill in every form do.
    website = forms.CharField(
        label=gettext_lazy("Leave this field empty"), required=False, max_length=200,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )  # fmt: skip

    field_order = (
        "kind", "subject", "content", "commune", "scan", "sender_name", "sender_phone", "sender_address",
        "consent", "website",
    )  # fmt: skip

    def __init__(self, *args: Any, province: AdministrativeArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["commune"]
        place.offer(province)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("Leave this field empty, then send again."))
        return ""


class FollowForm(forms.Form):
    """Number and code of a receipt."""

    number = forms.CharField(
        label=gettext_lazy("Receipt number"), max_length=LONGEST,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )  # fmt: skip
    code = forms.CharField(
        label=gettext_lazy("Look-up code"), max_length=LONGEST,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )  # fmt: skip


class HandlerForm(forms.Form):
    """An organisation, or one person of it: one drop-down, so that the two always fit."""

    handler = forms.ChoiceField(label=gettext_lazy("Handled by"))

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations: dict[str, Organisation] = {}
        self.people: dict[str, tuple[Organisation, User]] = {}
        groups: dict[str, list[tuple[str, str]]] = {}
        for person in people_with(ANSWER, complaint.province_id).distinct():
            organisation = person.organisation
            if organisation is None or not organisation.is_active:
                continue
            whole = f"o{organisation.pk}"
            rows = groups.setdefault(organisation.short_name, [])
            if whole not in self.organisations and not complaint.is_confidential:
                rows.append((whole, _("%(organisation)s, nobody in particular")
                             % {"organisation": organisation.short_name}))  # fmt: skip
            self.organisations[whole] = organisation
            rows.append((f"p{person.pk}", str(person)))
            self.people[f"p{person.pk}"] = (organisation, person)
        field: Any = self.fields["handler"]
        field.choices = [("", _("Choose")), *groups.items()]
        if complaint.is_confidential:
            field.help_text = _("The person is named to read it; nobody else of the organisation is.")

    def chosen(self) -> tuple[Organisation, User | None]:
        """The organisation, and the person where one was chosen."""
        value = self.cleaned_data["handler"]
        return self.people[value] if value in self.people else (self.organisations[value], None)


class TransferForm(forms.Form):
    body = forms.CharField(
        label=gettext_lazy("Sent to"), max_length=200,
        help_text=gettext_lazy("A body that does not use this system, for example the police or a court."),
    )  # fmt: skip


class ExtendForm(forms.Form):
    to = DateField(label=gettext_lazy("New deadline"))


class ReplyForm(forms.Form):
    """An answer, to a complaint or to an appeal."""

    upheld = forms.TypedChoiceField(
        label=gettext_lazy("Was the sender right?"),
        choices=[
            ("yes", gettext_lazy("Yes, wholly or in part")),
            ("no", gettext_lazy("No")),
            ("none", gettext_lazy("That was not the question")),
        ],
        coerce={"yes": True, "no": False, "none": None}.get,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    text = long_text(
        gettext_lazy("Answer"), rows=8, most=10_000,
        help_text=gettext_lazy("As it stands in the letter; the sender reads it under the receipt too."),
    )  # fmt: skip
    number = forms.CharField(
        label=gettext_lazy("Number of the letter"), max_length=60, required=False,
        help_text=gettext_lazy("Empty: the letter is printed as a draft, the number is filled in by hand."),
    )  # fmt: skip
    answered_on = DateField(label=gettext_lazy("Answered on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answered_on"].initial = timezone.localdate()


class AppealForm(forms.Form):
    text = long_text(gettext_lazy("What the sender says against the answer"), most=10_000)
    appealed_on = DateField(label=gettext_lazy("Received on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["appealed_on"].initial = timezone.localdate()


class CloseForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)


class ClassifyForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=list(KIND_WORDS.items()), widget=forms.RadioSelect
    )
    subject = forms.ChoiceField(label=pgettext_lazy("complaint", "About"), choices=ComplaintSubject.choices)


class ReaderForm(forms.Form):
    """Who is to read a denunciation: people of the province who may read complaints and are not named yet."""

    person = forms.ModelChoiceField(
        label=gettext_lazy("Who is to read it"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose"),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.queryset = people
        field.label_from_instance = lambda person: f"{person} · {person.organisation.short_name}"


class ClockForm(forms.Form):
    """Days of a step as the law or the province gives them: nothing is filled in beforehand."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ComplaintKind.choices)
    step_ = forms.ChoiceField(label=gettext_lazy("Step"), choices=ClockStep.choices)
    days = forms.IntegerField(
        label=gettext_lazy("Working days"), min_value=1, max_value=MOST_DAYS, localize=False,
        help_text=gettext_lazy("Counted from the day after the step began."),
    )  # fmt: skip
    citation = forms.CharField(
        label=gettext_lazy("Legal basis"), max_length=300,
        help_text=gettext_lazy(
            "With its article, as you read it yourself: Luật Khiếu nại 2011, Luật Tố cáo 2018, a rule of the "
            "province."
        ),
    )  # fmt: skip
    valid_from = DateField(label=gettext_lazy("In force from"))


class ClockEndForm(forms.Form):
    last_day = DateField(label=gettext_lazy("Last day"))
