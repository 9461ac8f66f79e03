from django.apps import AppConfig


class AllocationsConfig(AppConfig):
    name = "allocations"

    def ready(self) -> None:
        from beneficiaries.household import story

        from . import (
            receivers,  # noqa: F401 - connects itself
            reporting,
        )
        from .happenings import register_subjects
        from .indicators import register_indicators
        from .story import allocation_events

        story.register(allocation_events)
        register_subjects()
        register_indicators()
        reporting.register_all()
