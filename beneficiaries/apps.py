from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from .search import index as search_index


class BeneficiariesConfig(AppConfig):
    name = "beneficiaries"

    def ready(self) -> None:
        from smartphone_support.jobs import running

        from . import reporting, workflow
        from .duplicates import finding
        from .exports import exporting
        from .happenings import register_subjects
        from .household import story
        from .services import merging as subscriptions
        from .services.packaged import package_levels
        from .services.story import service_events
        from .services.workflow import confirmations, reports
        from .signals import household_in_use, household_merging

        reporting.register_all()
        running.register(workflow.READ, run=workflow.read_batch, failed=workflow.fail_batch)
        running.register(workflow.APPLY, run=workflow.write_batch, failed=workflow.fail_batch)
        running.register(workflow.REVERT, run=workflow.take_back, failed=workflow.fail_revert)
        running.register(exporting.EXPORT, run=exporting.make_export, failed=exporting.fail_export)
        running.register(reports.READ, run=reports.read_report, failed=reports.fail_report)
        running.register(
            confirmations.READ, run=confirmations.read_request, failed=confirmations.fail_request
        )
        running.register(finding.FIND, run=finding.find_duplicates, failed=finding.give_up)

        register_subjects()
        story.register(service_events)
        household_merging.connect(subscriptions.merge_obstacle, dispatch_uid="beneficiaries.subscriptions")
        household_in_use.connect(subscriptions.in_use, dispatch_uid="beneficiaries.subscriptions")
        connection_created.connect(_give_functions, dispatch_uid="beneficiaries.search")
        post_migrate.connect(_install_search, sender=self, dispatch_uid="beneficiaries.search")
        post_migrate.connect(package_levels, sender=self, dispatch_uid="beneficiaries.levels")


def _give_functions(connection: Any, **kwargs: Any) -> None:
    search_index.give_functions(connection)


def _install_search(using: str, **kwargs: Any) -> None:
    """After a migration that went back before the search there is nothing to install."""
    connection = connections[using]
    if search_index.is_wanted(connection):
        search_index.install(connection)
