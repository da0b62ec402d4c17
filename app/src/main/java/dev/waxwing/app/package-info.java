/// Settings, command line, wiring, main.
package dev.waxwing.app;
