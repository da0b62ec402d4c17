-- What a run was asked to do otherwise than its pipeline's file says. Understood by SQLite and PostgreSQL.

-- PIPELINE.STEP.KEY=VALUE, a line each; empty = nothing.
ALTER TABLE run ADD COLUMN overrides TEXT NOT NULL DEFAULT '';
