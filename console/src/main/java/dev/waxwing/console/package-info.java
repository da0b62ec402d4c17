/// What people may ask of runs, over HTTP on this machine. Start at [Console].
///
/// It shows and triggers, and decides nothing: every route calls `flow`, and every refusal is `flow`'s. Each route is in
/// `openapi.json`.
package dev.waxwing.console;
