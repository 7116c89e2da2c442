"""Charts for people who look rather than read: one style, the same bytes for the same figures."""
