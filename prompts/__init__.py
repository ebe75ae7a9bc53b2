"""ASK: prompt templates and their rendering."""
