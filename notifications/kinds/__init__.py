"""Holds a folder for each kind of notice: its `KIND` and its texts, `<locale>.yaml`."""
