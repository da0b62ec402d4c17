-- Any process may run steps, and several at once. Understood by SQLite and PostgreSQL.

-- Processes that may hold a step. One that is gone loses its row, and with it all that it holds.
CREATE TABLE worker (
    id              VARCHAR(80)  PRIMARY KEY,
    pid             BIGINT       NOT NULL,
    process_started VARCHAR(40)  NOT NULL,
    host            VARCHAR(255) NOT NULL,
    boot            VARCHAR(60)  NOT NULL,
    started_at      BIGINT       NOT NULL,
    beats           BIGINT       NOT NULL DEFAULT 0
);

-- Grows whenever something happens that another process may want to know of.
CREATE TABLE pulse (
    id INTEGER PRIMARY KEY,
    n  BIGINT NOT NULL
);
INSERT INTO pulse (id, n) VALUES (1, 0);

-- The wall clock's time that a run was planned for, yyyy-mm-ddThh:mm.
ALTER TABLE run ADD COLUMN cycle VARCHAR(16) NOT NULL DEFAULT '';
-- The only worker that may run it; empty = any.
ALTER TABLE run ADD COLUMN worker VARCHAR(80) NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN cancelled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN patient INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN concurrency INTEGER NOT NULL DEFAULT 1000;
UPDATE run SET worker = 'gone';
ALTER TABLE run DROP COLUMN pid;
ALTER TABLE run DROP COLUMN process_started;
ALTER TABLE run DROP COLUMN host;
ALTER TABLE run DROP COLUMN boot;

DROP INDEX run_one_at_a_time;
CREATE UNIQUE INDEX run_one_at_a_time ON run (pipeline, bizdate, cycle)
    WHERE state IN ('PLANNED', 'RUNNING');
CREATE INDEX run_live ON run (state, pipeline) WHERE state IN ('PLANNED', 'RUNNING');

-- What a run waits for before it starts.
CREATE TABLE run_need (
    run_id       VARCHAR(120) NOT NULL REFERENCES run (id),
    pipeline     VARCHAR(60)  NOT NULL,
    bizdate      CHAR(8)      NOT NULL,
    cycle        VARCHAR(16)  NOT NULL,
    if_failed    VARCHAR(10)  NOT NULL,
    only_if_made INTEGER      NOT NULL,
    PRIMARY KEY (run_id, pipeline, cycle)
);
CREATE INDEX run_need_of ON run_need (pipeline, bizdate, cycle);

-- Who asked what of a run, and why.
CREATE TABLE run_note (
    run_id VARCHAR(120) NOT NULL REFERENCES run (id),
    at     BIGINT       NOT NULL,
    who    VARCHAR(120) NOT NULL,
    what   TEXT         NOT NULL,
    why    TEXT         NOT NULL
);
CREATE INDEX run_note_of ON run_note (run_id, at);

-- The last cycle of each schedule that runs were made for, or that was left out.
CREATE TABLE schedule_cursor (
    pipeline VARCHAR(60) PRIMARY KEY,
    cycle    VARCHAR(16) NOT NULL
);

-- Steps keep the rules that they had when their run was made.
ALTER TABLE run_step ADD COLUMN comes_after TEXT NOT NULL DEFAULT '';
ALTER TABLE run_step ADD COLUMN starts VARCHAR(12) NOT NULL DEFAULT 'DONE';
ALTER TABLE run_step ADD COLUMN if_holds TEXT NOT NULL DEFAULT '';
ALTER TABLE run_step ADD COLUMN tries INTEGER NOT NULL DEFAULT 1;
ALTER TABLE run_step ADD COLUMN pause_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE run_step ADD COLUMN backoff DOUBLE PRECISION NOT NULL DEFAULT 1;
ALTER TABLE run_step ADD COLUMN timeout_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE run_step ADD COLUMN give_up_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE run_step ADD COLUMN pool VARCHAR(60) NOT NULL DEFAULT '';
ALTER TABLE run_step ADD COLUMN dry INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run_step ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run_step ADD COLUMN losses INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run_step ADD COLUMN stop VARCHAR(10) NOT NULL DEFAULT 'NONE';
ALTER TABLE run_step ADD COLUMN since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE run_step ADD COLUMN due BIGINT NOT NULL DEFAULT 0;
ALTER TABLE run_step ADD COLUMN waiting_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE run_step ADD COLUMN worker VARCHAR(80) NOT NULL DEFAULT '';
-- Whether anybody has to look at it: all that a tick reads, so that its cost does not grow with history.
ALTER TABLE run_step ADD COLUMN live INTEGER NOT NULL DEFAULT 0;
CREATE INDEX run_step_live ON run_step (state, since) WHERE live = 1;
