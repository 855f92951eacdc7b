"""Addresses of the referral log."""

from rightdoor.casework.referrals.imports.kinds import LOG
from rightdoor.casework.referrals.imports.web.pages import sheet_paths

app_name = "referral_imports"
urlpatterns = sheet_paths(LOG)
