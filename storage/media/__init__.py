"""Files of customers and agents as rows."""
