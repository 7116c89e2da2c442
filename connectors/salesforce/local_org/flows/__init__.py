"""Record-triggered flows: read from metadata, checked at deployment, run when records are saved."""
