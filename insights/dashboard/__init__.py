"""Shows how service is doing in the browser: pages made on the server, for those who may look."""
