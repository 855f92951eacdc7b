"""One search box over what the viewer may see: codes first, then names by scanning sealed fields."""
