"""Partners, teams, meetings. Nothing here ever knows a client."""
