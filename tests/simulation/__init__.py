"""A seeded simulation of people, CRMs, faults and the engine, and what must hold when all goes quiet."""
