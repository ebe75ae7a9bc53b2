"""KEEP: row screens and set screens, from cheap to dear."""
