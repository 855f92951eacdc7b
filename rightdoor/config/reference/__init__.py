"""Pages of docs/ made from the code, so that they cannot say something else. A test fails when one is stale."""
