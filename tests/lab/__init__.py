"""A network for tests: rooms that are network namespaces, real servers in them, real faults."""
