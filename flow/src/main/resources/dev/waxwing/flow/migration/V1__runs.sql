-- Times are milliseconds since 1970 in UTC; dates are yyyymmdd. Understood by SQLite and PostgreSQL.

CREATE TABLE run (
    id              VARCHAR(120) PRIMARY KEY,
    pipeline        VARCHAR(60)  NOT NULL,
    bizdate         CHAR(8)      NOT NULL,
    number          INTEGER      NOT NULL,
    state           VARCHAR(10)  NOT NULL,
    started_at      BIGINT       NOT NULL,
    ended_at        BIGINT,
    message         TEXT         NOT NULL DEFAULT '',
    pid             BIGINT       NOT NULL,
    process_started VARCHAR(40)  NOT NULL,
    host            VARCHAR(255) NOT NULL,
    boot            VARCHAR(60)  NOT NULL,
    UNIQUE (pipeline, bizdate, number)
);

-- What refuses a second run of one pipeline and date, whoever starts it.
CREATE UNIQUE INDEX run_one_at_a_time ON run (pipeline, bizdate) WHERE state = 'RUNNING';
CREATE INDEX run_by_time ON run (started_at);

CREATE TABLE run_step (
    run_id       VARCHAR(120) NOT NULL REFERENCES run (id),
    step         VARCHAR(60)  NOT NULL,
    position     INTEGER      NOT NULL,
    state        VARCHAR(10)  NOT NULL,
    attempts     INTEGER      NOT NULL DEFAULT 0,
    rows_written BIGINT       NOT NULL DEFAULT 0,
    took_ms      BIGINT       NOT NULL DEFAULT 0,
    message      TEXT         NOT NULL DEFAULT '',
    PRIMARY KEY (run_id, step)
);

CREATE TABLE run_attempt (
    run_id       VARCHAR(120) NOT NULL REFERENCES run (id),
    step         VARCHAR(60)  NOT NULL,
    attempt      INTEGER      NOT NULL,
    state        VARCHAR(10)  NOT NULL,
    started_at   BIGINT       NOT NULL,
    ended_at     BIGINT,
    rows_written BIGINT       NOT NULL DEFAULT 0,
    message      TEXT         NOT NULL DEFAULT '',
    PRIMARY KEY (run_id, step, attempt)
);

CREATE TABLE run_output (
    run_id VARCHAR(120) NOT NULL REFERENCES run (id),
    step   VARCHAR(60)  NOT NULL,
    name   VARCHAR(255) NOT NULL,
    position INTEGER    NOT NULL,
    value  TEXT         NOT NULL,
    PRIMARY KEY (run_id, step, name)
);
