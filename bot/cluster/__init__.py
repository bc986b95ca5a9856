"""Reading clusters: the only place that talks to a Kubernetes API."""
