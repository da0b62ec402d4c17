/// Pipelines and runs.
package dev.waxwing.flow;
