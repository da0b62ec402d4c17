/// What serving writes and the night reads: event types, their validation, and the durable log.
///
/// Start at [EventLog] (what is kept, and when it is safe), [EventTypes] (what an event may say) and [Intake] (a posted body becomes events or
/// reasons). What the server returned to somebody is an event as well: [Served].
package dev.waxwing.events;
