/// YAML and JSON text to typed values, all problems of a file together.
package dev.waxwing.config;
