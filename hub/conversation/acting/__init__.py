"""Does what a turn decided: effects of flows become rows, and what they mean for others is carried out."""
