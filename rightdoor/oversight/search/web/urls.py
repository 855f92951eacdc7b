"""Address of the search box."""

from django.urls import path

from rightdoor.foundation.ui.pages import resource
from rightdoor.oversight.search.web import find

app_name = "search"
urlpatterns = [path("find/", resource(get=find.show, post=find.create), name="find")]
