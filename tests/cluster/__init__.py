"""A real Kubernetes API server for tests: built once, started per session, stopped always."""
