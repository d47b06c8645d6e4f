"""Words what flows say: wording per locale, and the formats that customers read."""
