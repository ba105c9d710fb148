-- When locations are open. Adds a column without a default: an instant, under a short lock on locations.
ALTER TABLE "locations" ADD COLUMN "opening_hours" jsonb;