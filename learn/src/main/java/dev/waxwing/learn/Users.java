package dev.waxwing.learn;

/// Checks on the column that says whose row it is.
final class Users {
    private Users() {}

    /// Checks that there is one user a row, none negative.
    /// @return one more than the largest number
    static int count(int[] users, int rows) {
        if (users.length != rows) {
            throw new IllegalArgumentException(
                    "there are " + users.length + " users for " + rows + " rows");
        }
        int count = 0;
        for (int row = 0; row < rows; row++) {
            if (users[row] < 0) {
                throw new IllegalArgumentException(
                        "a user is a number from 0 on, got " + users[row] + " in row " + row);
            }
            count = Math.max(count, users[row] + 1);
        }
        return count;
    }
}
