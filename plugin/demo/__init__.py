"""The demonstration: a made-up association, and the whole loop run before one's eyes on real parts."""
