"""Takes requests for returns and exchanges."""
