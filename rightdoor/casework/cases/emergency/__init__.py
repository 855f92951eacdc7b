"""A case that is opened in an emergency: found by its exact code alone, by somebody who may not know of it."""
