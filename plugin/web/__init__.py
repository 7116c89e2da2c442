"""What people and other systems reach over HTTP."""
