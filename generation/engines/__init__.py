"""Engines behind one asynchronous protocol: vLLM in process, a server, a scripted fake."""
