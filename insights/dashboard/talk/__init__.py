"""Words conversations, and the way of a message, for people who look at them."""
