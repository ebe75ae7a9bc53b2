"""LEAVE: data files, report, dataset card and manifest."""
