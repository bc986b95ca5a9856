"""netcheck: a Slack bot that turns a pasted Kubernetes network error into a proven cause."""
