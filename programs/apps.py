from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "programs"

    def ready(self) -> None:
        from . import report_sections, subjects

        report_sections.register_all()
        subjects.register(
            "programs.communicationactivity", "programs:activity_detail", "programs.view_program"
        )
