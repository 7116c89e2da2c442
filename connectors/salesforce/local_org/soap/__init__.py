"""The Metadata API over SOAP, and of the partner API what REST has no like of."""
