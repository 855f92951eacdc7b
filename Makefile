# An alias for ./door, for those who type make: make run, make test, make check.
%:
	@./door $@
