"""Names what may become of a channel of the desk, and of us in a workspace (`AccountNews` of the kind `DESK`)."""

DESK = "desk"
ARCHIVED, DELETED, LEFT = "archived", "deleted", "left"  # the channel is closed to us
UNARCHIVED, JOINED = "unarchived", "joined"  # it is open to us (again)
RENAMED = "renamed"  # it is the same for us: we know it by its id
UNINSTALLED, REVOKED = "uninstalled", "revoked"  # the whole workspace is closed to us
