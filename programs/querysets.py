from typing import Any

from django.db import models

from smartphone_support.accounts.scope import scope


class ProgramQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> "ProgramQuerySet":
        """Plans of the user's own province."""
        return self.filter(scope(user, district=None))
