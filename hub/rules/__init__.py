"""Carries out what the store's rules say: IF something is true, THEN a notice, a case, a tag, a word to the store.

`hub.orders.group` asks them about the store's events, `round` about what time makes true, `desk_news` about cases and
ratings. `facts` reads what they may name, once for a group; `notifications.rules` decides; `firing` keeps each firing
as a row, and in the same transaction `deeds` does what is to follow.
"""
