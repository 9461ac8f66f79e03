from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "inspections"

    def ready(self) -> None:
        from beneficiaries.household import story

        from . import (
            receivers,  # noqa: F401 - connects itself
            reporting,
        )
        from .complaints.story import complaint_events
        from .fieldwork.story import inspection_events
        from .findings.story import finding_events
        from .happenings import register_subjects
        from .indicators import register_indicators

        register_subjects()
        register_indicators()
        reporting.register_all()
        story.register(inspection_events)
        story.register(finding_events)
        story.register(complaint_events)
