"""The people of one province of the demo, by what they do."""

from __future__ import annotations

from dataclasses import dataclass

from programs.choices import FundingKind
from programs.models import FundingSource, Program
from smartphone_support.accounts.models import Organisation, User


@dataclass(frozen=True)
class Office:
    """The people, organisations and sources of one province. `prefix` is "hue" or "daknong"."""

    prefix: str

    def person(self, suffix: str) -> User:
        return User.objects.get(username=f"{self.prefix}-{suffix}")

    def organisation(self, suffix: str) -> Organisation:
        return Organisation.objects.get(code=f"{self.prefix}-{suffix}")

    @property
    def officer(self) -> User:
        return self.person("dic")

    @property
    def leader(self) -> User:
        return self.person("dic-leader")

    @property
    def register_officer(self) -> User:
        return self.person("dolisa")

    @property
    def program(self) -> Program:
        province = self.officer.province
        return Program.objects.get(province=province)

    def source(self, kind: FundingKind) -> FundingSource:
        return FundingSource.objects.get(program=self.program, kind=kind)

    def has_source(self, kind: FundingKind) -> bool:
        """Whether the province's plan names this source of money."""
        return FundingSource.objects.filter(program=self.program, kind=kind).exists()
