"""Places where people answer customers, behind the one vocabulary of core.desk."""
