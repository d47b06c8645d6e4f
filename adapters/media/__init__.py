"""Files of customers and agents: fetched safely, recognised by their content, kept in a folder or a bucket."""
