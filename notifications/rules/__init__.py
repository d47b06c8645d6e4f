"""Decides by the store's rules (`rules.yaml`) what follows when something is true: IF, THEN. Pure.

    rules = load_rules(path, kinds, teams)            # ConfigurationError names file and line
    found = true_now(rules, asked)                    # asked: what happened, to whom, what is known of them
    fires, held = guarded(found, …)                   # once for a subject, not too often, not in circles

What is fired the hub carries out (`hub.rules`), and keeps as a row with the facts that made it true.
"""
