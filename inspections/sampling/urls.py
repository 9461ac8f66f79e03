"""Addresses of samples and estimates."""

from __future__ import annotations

from django.urls import URLPattern, path

from ..views import estimates, sampling

urlpatterns: list[URLPattern] = [
    path("sample/<int:pk>/", sampling.SampleDetail.as_view(), name="sample_detail"),
    path("sample/<int:pk>/draw/", sampling.SampleDrawing.as_view(), name="sample_draw"),
    path("sample/<int:pk>/method/", sampling.SampleMethod.as_view(), name="sample_method"),
    path("sample/<int:pk>/proof/", sampling.SampleProof.as_view(), name="sample_proof"),
    path("sample/<int:pk>/assign/", sampling.SampleAssign.as_view(), name="sample_assign"),
    path("sample/<int:pk>/risks/", sampling.SampleRisks.as_view(), name="sample_risks"),
    path("sample/<int:pk>/estimates/", estimates.EstimateList.as_view(), name="estimate_list"),
    path("sample/<int:pk>/estimates/workbook/", estimates.EstimateExport.as_view(), name="estimate_export"),
    path("sample/household/<int:pk>/replace/", sampling.SampleReplace.as_view(), name="sample_replace"),
]
