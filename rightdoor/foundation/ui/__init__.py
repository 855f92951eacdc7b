"""Pages: base templates, components, gallery, and the few functions through which every page answers."""
