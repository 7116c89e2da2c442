"""Bringing our package into an org: source to zip, what is generated for this org, deployment, activation."""
