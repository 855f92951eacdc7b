"""Settings, addresses, commands: wires everything, decides nothing about the field."""
