"""One folder per kind of notice: its `KIND` and its texts, `<locale>.yaml`. A new kind is a folder here."""
