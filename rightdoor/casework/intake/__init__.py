"""Reports: the public form, the call page, and the hops of the reporting line. No wrong door: moved, never refused."""
