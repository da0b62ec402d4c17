/// The catalogue of steps: where tables, learning and flow meet.
package dev.waxwing.steps;
