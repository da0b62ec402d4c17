-- What people look at: what happened, pages of runs, baselines. Understood by SQLite and PostgreSQL.

-- One row whenever a run or a step gets another state, numbered in the order of commits. Step '' = the run itself.
-- It outlives its run, and is cut at its old end; the newest row always stays, for the next number follows it.
CREATE TABLE run_event (
    id       BIGINT       PRIMARY KEY,
    at       BIGINT       NOT NULL,
    run_id   VARCHAR(120) NOT NULL,
    pipeline VARCHAR(60)  NOT NULL,
    bizdate  CHAR(8)      NOT NULL,
    step     VARCHAR(60)  NOT NULL,
    attempt  INTEGER      NOT NULL,
    state    VARCHAR(10)  NOT NULL,
    message  TEXT         NOT NULL
);

-- Pages of runs, newest first, whatever they are narrowed to; iterations of loops are no part of them.
DROP INDEX run_by_time;
CREATE INDEX run_by_time ON run (started_at, id) WHERE parent = '';
CREATE INDEX run_by_pipeline ON run (pipeline, started_at, id) WHERE parent = '';
CREATE INDEX run_by_state ON run (state, started_at, id) WHERE parent = '';
CREATE INDEX run_by_bizdate ON run (bizdate, started_at, id) WHERE parent = '';

-- How each promise of a baseline stands. Deadline = the committed time.
CREATE TABLE baseline_state (
    baseline   VARCHAR(60)  NOT NULL,
    cycle      VARCHAR(16)  NOT NULL,
    bizdate    CHAR(8)      NOT NULL,
    state      VARCHAR(10)  NOT NULL,
    deadline   BIGINT       NOT NULL,
    estimate   BIGINT       NOT NULL,
    finished   INTEGER      NOT NULL,
    message    TEXT         NOT NULL,
    changed_at BIGINT       NOT NULL,
    PRIMARY KEY (baseline, cycle)
);

-- What somebody is to be told, until he was. State: OPEN, SENT, GIVEN_UP.
CREATE TABLE baseline_alert (
    id       VARCHAR(40)  PRIMARY KEY,
    baseline VARCHAR(60)  NOT NULL,
    cycle    VARCHAR(16)  NOT NULL,
    channel  VARCHAR(10)  NOT NULL,
    target   TEXT         NOT NULL,
    body     TEXT         NOT NULL,
    state    VARCHAR(10)  NOT NULL,
    tries    INTEGER      NOT NULL DEFAULT 0,
    made_at  BIGINT       NOT NULL,
    due      BIGINT       NOT NULL,
    message  TEXT         NOT NULL DEFAULT ''
);
CREATE INDEX baseline_alert_open ON baseline_alert (state, due);
CREATE INDEX baseline_alert_of ON baseline_alert (baseline, made_at);
