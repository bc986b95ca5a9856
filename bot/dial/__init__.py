"""Dials from where the bot is: TCP, TLS, HTTP and DNS. The only place that opens such connections.

No Kubernetes API is asked here; that is `bot.cluster`, and neither imports the other.
"""
