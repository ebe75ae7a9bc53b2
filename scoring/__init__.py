"""JUDGE: set scores and the release gate."""
