"""Results of a day: kept with their reasons, and written where reports and people look."""
