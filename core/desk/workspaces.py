"""Names channels and people of the desk by one string, whichever workspace they are in.

In the main workspace it is the desk's own id, "C024BE91L"; in another it begins with that account's name,
"eu/C0EU4K2P": the desk's ids are unique only within a workspace (docs.slack.dev, "User IDs": with the team's id).
"""

MAIN = "main"  # what the first workspace may be called; its ids stand alone
NAME = "[a-z0-9][a-z0-9_-]{0,19}"  # of an account: what follows it has room in every column
ACCOUNT = f"(?:{NAME}/)?"  # before an id, in a regular expression


def account_of(id_: str) -> str:
    """Returns the account in which that id is, empty for the main one."""
    return id_.rpartition("/")[0]


def bare(id_: str) -> str:
    """Returns the desk's own id, as its workspace knows it."""
    return id_.rpartition("/")[2]


def within(account: str, id_: str) -> str:
    """Names an id of that account; nothing stays nothing."""
    return f"{account}/{bare(id_)}" if account and id_ else bare(id_)
