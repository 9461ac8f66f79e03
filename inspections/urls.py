"""Addresses of inspection rounds, samples, fieldwork, findings and complaints."""

from .complaints import urls as complaint_urls
from .fieldwork import urls as field_urls
from .findings import urls as finding_urls
from .rounds import urls as round_urls
from .sampling import urls as sample_urls

app_name = "inspections"
urlpatterns = [
    *round_urls.urlpatterns,
    *sample_urls.urlpatterns,
    *field_urls.urlpatterns,
    *finding_urls.urlpatterns,
    *complaint_urls.urlpatterns,
]
