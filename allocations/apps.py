from django.apps import AppConfig


class AllocationsConfig(AppConfig):
    name = "allocations"

    def ready(self) -> None:
        from beneficiaries.household import story

        from . import receivers  # noqa: F401 - connects itself
        from .story import allocation_events

        story.register(allocation_events)
