package dev.waxwing.flow;

import java.nio.file.Path;

class SqliteShiftTest extends ShiftContract {
    @Override
    Runs openRuns(Path home) {
        return Runs.open(Path.of(where(home)));
    }

    @Override
    String where(Path home) {
        return home.resolve("waxwing.db").toString();
    }
}
