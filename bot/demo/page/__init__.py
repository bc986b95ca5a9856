"""The demo as a page in the browser that looks and works like a Slack workspace.

The page shows what the stand-in holds and lets people act on it; it knows nothing of the bot.
"""
