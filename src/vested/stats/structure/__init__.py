"""How items go together: factors, models of them, and whether groups answer alike."""
