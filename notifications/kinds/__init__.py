"""One module per kind of notice, each with its `KIND`. A new kind is a module here and its texts in `templates/`."""
