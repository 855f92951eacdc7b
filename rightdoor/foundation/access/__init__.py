"""Who may come in where: grants of roles by region, and the frozen Viewer that every read and act takes first."""
