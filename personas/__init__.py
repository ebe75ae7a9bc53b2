"""WHO: the population model, sanctioned identities and the persona schema."""
