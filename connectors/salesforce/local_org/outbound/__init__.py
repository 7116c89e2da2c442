"""Outbound messages: queued with the change that fires them, sent after its commit until they are acknowledged."""
