"""A Slack stand-in and sample clusters, for the demo and for tests."""
