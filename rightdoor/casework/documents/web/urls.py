"""Addresses of this slice."""

from django.urls import path

from rightdoor.casework.documents.web import documents
from rightdoor.foundation.access.doors import with_fresh_proof
from rightdoor.foundation.ui.pages import resource

app_name = "documents"
_VERSION = "documents/<str:code>/versions/<int:number>/"
urlpatterns = [
    path("cases/<str:code>/documents/", resource(get=documents.index, post=documents.create), name="documents"),
    path("documents/<str:code>/", resource(get=documents.show), name="document"),
    path("documents/<str:code>/versions/", resource(post=documents.replace), name="versions"),
    path("documents/<str:code>/withdrawal/", resource(post=documents.withdraw), name="withdrawal"),
    path(f"{_VERSION}copy/", resource(get=documents.copy), name="copy"),
    path(f"{_VERSION}check/", resource(post=documents.check), name="check"),
    path(
        f"{_VERSION}original/",
        with_fresh_proof(resource(get=documents.show_original, post=documents.original)),
        name="original",
    ),
]
