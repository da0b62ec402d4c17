-- What changed since it was last read, and what was asked for together. Understood by SQLite and PostgreSQL.

-- One more than the pulse was when it was last written.
ALTER TABLE run_step ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;

-- Queued steps in the order in which they are entitled.
DROP INDEX run_step_live;
CREATE INDEX run_step_live ON run_step (state, since, run_id, position) WHERE live = 1;

-- The backfill that a run was made for, and which of its runs it is, from 1; empty and 0 = of none.
ALTER TABLE run ADD COLUMN backfill VARCHAR(120) NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN backfill_position INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX run_of_backfill ON run (backfill, backfill_position) WHERE backfill <> '';
