"""What two facts of a paste say together, one relation a module; see `knowledge/relate.py`."""
