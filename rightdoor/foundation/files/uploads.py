"""How a file arrives: in memory, from people who are signed in, and no larger than is taken.

A page that takes a file from a stranger says so before the form is read: `request.takes_from_strangers`, in bytes.

Django would write what is larger than a few megabytes into a temporary file, in clear.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload

from rightdoor.foundation.files.kinds import LARGEST

GIVEN_UP = 3  # times; whoever sends more than this is not somebody who chose the wrong file


class InMemoryOnly(FileUploadHandler):
    """The one upload handler. A file that is too large arrives empty and says so: `is_too_large`."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A stranger's file is not even read, but where the page asks for one."""
        super().new_file(*args, **kwargs)
        viewer = getattr(self.request, "viewer", None)
        is_known = viewer is not None and bool(viewer.code)
        self._largest = LARGEST if is_known else min(LARGEST, getattr(self.request, "takes_from_strangers", 0))
        if not self._largest:
            raise SkipFile
        self._body, self._size = BytesIO(), 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep it, as long as it is not too much."""
        self._size += len(raw_data)
        if self._size <= self._largest:
            self._body.write(raw_data)
        elif self._size > GIVEN_UP * self._largest:
            raise StopUpload(connection_reset=True)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file, or an empty one in place of one that was too large."""
        too_large = file_size > self._largest
        body = BytesIO() if too_large else self._body
        body.seek(0)
        arrived = InMemoryUploadedFile(
            body, self.field_name, self.file_name, self.content_type, 0 if too_large else file_size, self.charset
        )
        arrived.is_too_large = too_large  # type: ignore[attr-defined]
        return arrived
