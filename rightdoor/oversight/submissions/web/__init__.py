"""Pages of yearly figures."""
