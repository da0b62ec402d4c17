-- An iteration of a loop is a run of its own, below the run that holds the loop. Understood by SQLite and PostgreSQL.

-- The run and the step that it is an iteration of; empty = of none.
ALTER TABLE run ADD COLUMN parent VARCHAR(120) NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN parent_step VARCHAR(60) NOT NULL DEFAULT '';
-- The run above all others, where loops hold loops; empty = itself.
ALTER TABLE run ADD COLUMN root VARCHAR(120) NOT NULL DEFAULT '';
-- The loop's attempt that it belongs to, and its number in it, from 1.
ALTER TABLE run ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN iteration INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX run_iteration ON run (parent, parent_step, round, iteration) WHERE parent <> '';
CREATE INDEX run_below ON run (root) WHERE root <> '';

-- Iterations may work side by side; the run that holds them keeps others away.
DROP INDEX run_one_at_a_time;
CREATE UNIQUE INDEX run_one_at_a_time ON run (pipeline, bizdate, cycle)
    WHERE state IN ('PLANNED', 'RUNNING') AND parent = '';

ALTER TABLE run_step ADD COLUMN loop_kind VARCHAR(10) NOT NULL DEFAULT 'NONE';
ALTER TABLE run_step ADD COLUMN loop_test TEXT NOT NULL DEFAULT '';
ALTER TABLE run_step ADD COLUMN loop_over VARCHAR(60) NOT NULL DEFAULT '';
ALTER TABLE run_step ADD COLUMN loop_most INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run_step ADD COLUMN loop_at_once INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run_step ADD COLUMN loop_pause_ms BIGINT NOT NULL DEFAULT 0;
