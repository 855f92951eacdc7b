"""Half-typed forms, sealed for their author: nothing typed is lost when the line or the browser drops."""
