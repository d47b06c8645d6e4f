"""Makes the desk's part of an installation: its workspaces, places and people."""
