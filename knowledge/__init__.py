"""The knowledge base: entries people read, and the matcher that finds them in a paste."""
