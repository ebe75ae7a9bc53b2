"""WRITE: plans, schema compiling, engines, the run loop, the journal and the command line."""
