from django.apps import AppConfig


class BeneficiariesConfig(AppConfig):
    name = "beneficiaries"

    def ready(self) -> None:
        from smartphone_support.jobs import running

        from . import workflow

        running.register(workflow.READ, run=workflow.read_batch, failed=workflow.fail_batch)
        running.register(workflow.APPLY, run=workflow.write_batch, failed=workflow.fail_batch)
