/// What serving writes and the night reads: event types and the durable log.
package dev.waxwing.events;
