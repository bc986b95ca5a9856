"""What happens to a paste, with no vendor in sight."""
