"""Addresses of the case list."""

from rightdoor.casework.cases.imports.kinds import CASES
from rightdoor.casework.referrals.imports.web.pages import sheet_paths

app_name = "case_imports"
urlpatterns = sheet_paths(CASES)
