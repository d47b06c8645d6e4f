"""What flows say and compute: expressions, templates, formats, wording per locale."""
